import { readFile } from "node:fs/promises";
import { shortestPassphrase } from "@reef/proofs/archive";
import { CommandError, exitCodes } from "../failures.ts";
import { askHidden, readText } from "../terminal/input.ts";

/**
 * A passphrase: of the file that is named (`-` is standard input), else of the person at the terminal, who types a new
 * one twice. It is never an argument: those stand in the shell's history, and every program of the machine sees them.
 *
 * @throws CommandError when it is too short, when the two differ, or when nobody is here to ask.
 */
export async function readPassphrase(
  file: string | undefined,
  { isNew, signal }: { isNew: boolean; signal: AbortSignal },
): Promise<string> {
  const passphrase = file === undefined ? await askHidden("Passphrase: ", signal) : await readFirstLine(file);
  if (!isNew) return passphrase;
  if (Array.from(passphrase).length < shortestPassphrase) {
    throw new CommandError(
      exitCodes.wrongUse,
      `A passphrase has at least ${shortestPassphrase} characters.`,
      "Whoever gets the file may guess for ever, so take several words.",
    );
  }
  if (file === undefined && (await askHidden("The same again: ", signal)) !== passphrase) {
    throw new CommandError(exitCodes.wrongUse, "The two passphrases differ.", "Repeat the command.");
  }
  return passphrase;
}

/** What an editor or `echo` puts behind it is no part of it. */
async function readFirstLine(path: string): Promise<string> {
  if (path === "-") return readText("-");
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError(exitCodes.wrongUse, `${path} cannot be read (${why}).`, "Give the path of a readable file.");
  }
}

import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { CommandError, exitCodes } from "../failures.ts";

/** The text of an argument; `-` alone means what comes on standard input. */
export async function readText(argument: readonly string[] | string): Promise<string> {
  const given = typeof argument === "string" ? argument : argument.join(" ");
  if (given !== "-") return given;
  // One line feed ends what `echo` writes; it is no part of the text.
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

/**
 * Asks a person before something is gone for ever.
 *
 * @throws CommandError when the answer is no, or when nobody is there to ask and `--yes` was not given.
 */
export async function confirm(question: string, isConfirmed: boolean | undefined, signal: AbortSignal): Promise<void> {
  if (isConfirmed === true) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new CommandError(
      exitCodes.wrongUse,
      "This cannot be undone, and nobody is here to ask.",
      "Repeat it with --yes.",
    );
  }
  // Not in readline's own terminal mode: that would take Ctrl-C away from the process.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new CommandError(exitCodes.failed, "Nothing was deleted.", "Answer y, or repeat it with --yes.");
}

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

/** Whether a person is there to be asked, and to answer. */
export const isSomebodyThere = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/**
 * Asks a person before something is done that cannot be undone; `undone` says that it was not.
 *
 * @throws CommandError when the answer is no, or when nobody is there to ask and `--yes` was not given.
 */
export async function confirm(
  question: string,
  isConfirmed: boolean | undefined,
  signal: AbortSignal,
  undone = "Nothing was deleted.",
): Promise<void> {
  if (isConfirmed === true) return;
  if (!isSomebodyThere()) {
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
  throw new CommandError(exitCodes.failed, undone, "Answer y, or repeat it with --yes.");
}

const ENTER = /[\r\n]/;
const INTERRUPT = "\u0003";
const ERASE = new Set(["\u007f", "\b"]);

/**
 * Asks a person for a secret; what is typed does not show.
 *
 * @throws CommandError when nobody is there to ask.
 */
export async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  if (!isSomebodyThere()) {
    throw new CommandError(
      exitCodes.wrongUse,
      "A passphrase is needed, and nobody is here to ask.",
      "Give the path of a file that holds it with --passphrase-file.",
    );
  }
  // Before the question, so that nothing shows of what is typed as soon as it stands there.
  stdin.setRawMode(true).setEncoding("utf8");
  stderr.write(question);
  let typed: string[] = [];
  try {
    for await (const piece of stdin.iterator({ destroyOnReturn: false })) {
      for (const character of String(piece)) {
        if (character === INTERRUPT) process.kill(process.pid, "SIGINT");
        signal.throwIfAborted();
        if (ENTER.test(character)) return typed.join("");
        typed = ERASE.has(character) ? typed.slice(0, -1) : [...typed, character];
      }
    }
    return typed.join("");
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write("\n");
  }
}

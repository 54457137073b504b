import type { WriteStream } from "node:tty";
import type { Environment } from "../environment.ts";
import { exitCodes, type Failure } from "../failures.ts";
import { type Style, styleFor } from "./style.ts";
import { jsonText, printable } from "./text.ts";

/** Where the program speaks: the result on stdout, everything else on stderr. */
export interface Output {
  /** Whether a program reads the result; then there is no talk. */
  readonly isJson: boolean;
  /** Whether a person looks at stdout. */
  readonly isTerminal: boolean;
  /** Columns of a line; without end where no terminal limits it. */
  readonly width: number;
  readonly style: Style;
  /** The result, once a run: `value` as JSON, or `text` for a person. An empty text prints nothing. */
  result(value: unknown, text: string): void;
  /** One of many results, each written when it comes: `value` as a line of JSON, or `text` for a person. */
  item(value: unknown, text: string): void;
  /** A line for a person, never part of the result. */
  talk(line: string): void;
  /** A line on the terminal that the next one replaces; nothing where there is no terminal. Empty: it goes away. */
  progress(line: string): void;
  failure(failure: Failure): void;
}

const ERASE_LINE = "\r\u001b[2K";

export interface OutputOptions {
  environment: Environment;
  isJson: boolean;
  stdout: WriteStream;
  stderr: WriteStream;
}

/** The output over this process's streams. */
export function createOutput({ environment, isJson, stdout, stderr }: OutputOptions): Output {
  const errorStyle = styleFor(stderr.isTTY === true && environment.allowsColour);
  let hasProgress = false;

  const progress = (line: string) => {
    if (isJson || stderr.isTTY !== true || (line === "" && !hasProgress)) return;
    hasProgress = line !== "";
    stderr.write(`${ERASE_LINE}${line === "" ? "" : errorStyle.dim(line)}`);
  };

  const talk = (line: string) => {
    progress("");
    stderr.write(`${line}\n`);
  };

  return {
    isJson,
    isTerminal: stdout.isTTY === true,
    // A terminal that does not know its size says 0.
    width: stdout.columns || environment.columns || Number.POSITIVE_INFINITY,
    style: styleFor(stdout.isTTY === true && environment.allowsColour),
    result(value, text) {
      progress("");
      if (isJson) stdout.write(`${jsonText(value, 2)}\n`);
      else if (text !== "") stdout.write(`${text}\n`);
    },
    item(value, text) {
      progress("");
      stdout.write(`${isJson ? jsonText(value) : text}\n`);
    },
    talk(line) {
      if (!isJson) talk(line);
    },
    progress,
    failure(failure) {
      progress("");
      if (isJson) {
        stderr.write(`${jsonText({ error: failure })}\n`);
        return;
      }
      talk(
        errorStyle.bad(printable(failure.exitCode === exitCodes.interrupted ? failure.what : `Error: ${failure.what}`)),
      );
      for (const { path, option, message } of failure.errors ?? []) {
        talk(printable(`  ${option ?? path}: ${message}`));
      }
      if (failure.mend !== "") talk(printable(failure.mend));
      if (failure.requestId !== undefined) talk(errorStyle.dim(`Request ${printable(failure.requestId)}`));
    },
  };
}

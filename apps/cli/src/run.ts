import type { Command } from "commander";
import type { Context, GlobalOptions } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { describeFailure, type ExitCode, exitCodes } from "./failures.ts";
import { createOutput, type Output } from "./terminal/output.ts";

/** A command: it writes its result to the context's output, and throws when it fails. */
export type Handler<Options, Arguments extends readonly unknown[]> = (
  context: Context,
  options: GlobalOptions & Options,
  ...commandArguments: Arguments
) => Promise<ExitCode | void>;

const interruption = new AbortController();

/** The output for a run that has not been understood yet: commands, and complaints about the command line itself. */
export const outputFor = (isJson: boolean): Output =>
  createOutput({ environment: readEnvironment(), isJson, stdout: process.stdout, stderr: process.stderr });

/**
 * The action of a command, for commander. The command's file is loaded only when it is called, so that `reef --help`
 * and every other command start without it.
 */
export function lazily<Options, Arguments extends readonly unknown[]>(
  load: () => Promise<Handler<Options, Arguments>>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & Options>();
    const environment = readEnvironment();
    const output = outputFor(options.json === true);
    const context: Context = { environment, options, output, signal: interruption.signal };
    process.on("SIGINT", () => interrupt(output));
    let exitCode: ExitCode = exitCodes.done;
    try {
      const handler = await load();
      exitCode = (await handler(context, options, ...(given.slice(0, -2) as unknown as Arguments))) ?? exitCodes.done;
    } catch (error) {
      exitCode = fail(output, error, command);
    }
    await leave(exitCode);
  };
}

/** The first Ctrl-C lets the command end what it must not leave half done; the second one does not wait for that. */
function interrupt(output: Output): void {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  output.progress("");
  interruption.abort();
}

function fail(output: Output, error: unknown, command: Command): ExitCode {
  // What an abort throws differs by who was waiting; that it was asked for is what counts.
  if (interruption.signal.aborted) {
    const mend = error instanceof Error && "mend" in error && typeof error.mend === "string" ? error.mend : "";
    output.failure({ exitCode: exitCodes.interrupted, code: "cli.interrupted", what: "Stopped.", mend });
    return exitCodes.interrupted;
  }
  const failure = describeFailure(error);
  const errors = failure.errors?.map((one) => ({ ...one, option: optionOf(command, one.path) }));
  output.failure({ ...failure, errors });
  return failure.exitCode;
}

/** The option with which a person said what the reef calls `body.baseUrl`, where that is one of its own name. */
function optionOf(command: Command, path: string): string | undefined {
  const [, field, ...within] = path.split(".");
  const flag = command.options.find((option) => option.attributeName() === field)?.long;
  return flag && [flag, ...within].join(" ");
}

/** Ends the process once all is written. A keyring or a connection that is still busy must not keep it alive. */
export async function leave(exitCode: ExitCode): Promise<never> {
  const flush = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write("", () => resolve()));
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(exitCode);
}

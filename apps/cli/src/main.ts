#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodes } from "./failures.ts";
import { createProgram } from "./program.ts";
import { leave, outputFor } from "./run.ts";

// Whoever reads the output may have seen enough: `reef search … | head -1` is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed);
});

const complaints: string[] = [];
const program = createProgram((complaint) => complaints.push(complaint));
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === exitCodes.done) await leave(exitCodes.done);
  const [what = "That is not a command."] = complaints
    .join("")
    .replace(/^error: /, "")
    .replace(
      /^too many arguments for .* Expected 0 arguments but got \d+: ([^,\n]*?)(,.*)?\.?$/m,
      "unknown command '$1'",
    )
    .trim()
    .split("\n");
  outputFor(process.argv.includes("--json")).failure({
    exitCode: exitCodes.wrongUse,
    code: "cli.wrong_use",
    what,
    mend: "See `reef --help`, or --help behind any command.",
  });
  await leave(exitCodes.wrongUse);
}

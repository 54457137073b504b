import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The program as npm links it. */
export const mainFile: string = fileURLToPath(new URL("../main.ts", import.meta.url));

/** What a run of the program left behind. */
export interface Run {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** How to run the program: its environment beside the folder of its own, and what it reads. */
export interface RunOptions {
  configFolder: string;
  environment?: Record<string, string>;
  stdin?: string;
  /** Where it runs; a folder that is no project, where none is named. */
  folder?: string;
}

/** A folder of its own, gone when the process ends. */
export function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment of a run: nothing of this machine's own, so that no test reads or writes its user's credentials. */
export const environmentOf = ({ configFolder, environment = {} }: RunOptions): Record<string, string> => ({
  REEF_CONFIG_DIR: configFolder,
  REEF_KEYRING: "off",
  ...environment,
});

/** Runs the real program in a process of its own. */
export async function runReef(options: RunOptions, ...commandArguments: string[]): Promise<Run> {
  const child = spawn(process.execPath, [mainFile, ...commandArguments], {
    env: environmentOf(options),
    cwd: options.folder ?? tmpdir(),
  });
  child.stdin.end(options.stdin ?? "");
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, stdout, stderr };
}

/** What a run answered that was to succeed, with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: each command has fields of its own, and the test names those it expects.
export async function jsonOf(run: Promise<Run>): Promise<any> {
  const { stdout, stderr, exitCode } = await run;
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

/** Holds files to the limits of docs/guides/developing.md, and names to its closed lists. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const DEFAULT_LINES = 400;

/** Lines at most by a module file's name; the rest has {@link DEFAULT_LINES}. */
const moduleLimits: Readonly<Record<string, number>> = {
  "index.ts": 20,
  "module.ts": 80,
  "routes.ts": 250,
  "workflows.ts": 250,
  "errors.ts": 80,
  "config.ts": 80,
  "README.md": 60,
};

/** Folder names that say nothing about what is inside. */
const emptyNames = new Set(["utils", "util", "helpers", "helper", "common", "shared", "lib", "misc", "core", "v2"]);

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((path) => /\.(ts|tsx|mjs|md)$/.test(path) && !path.includes("/generated/") && existsSync(path));

const faults: string[] = [];
for (const path of tracked) {
  const lines = readFileSync(path, "utf8").split("\n").length - 1;
  const isTopOfModule = /^modules\/[^/]+\/(src\/)?[^/]+$/.test(path);
  const limit = (isTopOfModule ? moduleLimits[basename(path)] : undefined) ?? DEFAULT_LINES;
  if (!/\.test\.tsx?$/.test(path) && lines > limit)
    faults.push(`${path}: ${lines} lines; split it by use case (limit ${limit})`);
  const empty = path.split("/").find((part) => emptyNames.has(part));
  if (empty !== undefined) faults.push(`${path}: a folder named "${empty}" says nothing; name it for what it holds`);
  if (!/^[a-z0-9.-]+$/.test(basename(path)) && !/^[A-Z]+\.md$/.test(basename(path)))
    faults.push(`${path}: file names are kebab-case`);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);

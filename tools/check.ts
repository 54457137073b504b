/** `npm run check`: everything that CI holds a change to, beside the tests. All checks run; the exit code is 1 if any failed. */
import { spawnSync } from "node:child_process";

const checks: readonly [name: string, command: string, args: readonly string[]][] = [
  ["format and lint", "biome", ["ci", "--error-on-warnings", "--colors=off"]],
  ["types", "tsc", ["--project", "."]],
  ["types of the console", "tsc", ["--project", "apps/console"]],
  [
    "boundaries",
    "depcruise",
    ["--config", "tools/dependency-cruiser.mjs", "apps", "modules", "platform", "packages", "tests", "tools"],
  ],
  ["dead code", "knip", ["--no-config-hints"]],
  ["sizes and names", "node", ["tools/sizes.ts"]],
  ["generated code", "node", ["tools/generators/sdk.ts", "--check"]],
  ["generated docs", "node", ["tools/generators/config-docs.ts", "--check"]],
  ["skill", "node", ["--disable-warning=ExperimentalWarning", "tools/package-skill.ts", "--check"]],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
  if (status !== 0) {
    failed += 1;
    process.stdout.write(`${stdout}${stderr}\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);

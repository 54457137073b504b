/**
 * `npm test`: what stands beside the code, on Node's own runner. `npm run test:journeys` walks the running reef as its users do,
 * the sessions at a terminal among them, and `npm run test:console` its console in a real browser. Further arguments go to the
 * runner, for example a file's path.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, passwordPhrases } from "@reef/testing";

const databaseUrl = process.env.REEF_TEST_DATABASE_URL;
const notes = [
  databaseUrl
    ? "Databases: embedded and Postgres."
    : "Databases: embedded only; REEF_TEST_DATABASE_URL adds a Postgres.",
  findChromium()
    ? "Browser: Chromium found."
    : "Browser: no Chromium found, so the browser tests are left out; CHROMIUM_PATH names one.",
];
process.stderr.write(`${notes.join("\n")}\n`);

const CONSOLE = "tests/journeys/console-*.test.ts";
const TERMINAL = "apps/cli/src/**/*session.test.ts";
const COMPILED = join(import.meta.dirname, "../node_modules/.cache/reef-compiled");
const beside = ["platform", "modules", "packages", "apps", "tools"].map((folder) => `${folder}/**/*.test.ts`);
const parts: Record<string, { suites: string[]; exclude: string[] }> = {
  "--journeys": { suites: ["tests/**/*.test.ts", TERMINAL], exclude: [CONSOLE] },
  "--console": { suites: [CONSOLE], exclude: [] },
};
const [first = "", ...rest] = process.argv.slice(2);
const named = parts[first];
const given = named === undefined ? process.argv.slice(2) : rest;
const { suites, exclude } = named ?? { suites: beside, exclude: [TERMINAL] };
const logs = mkdtempSync(join(tmpdir(), "reef-test-logs-"));
const { status } = spawnSync(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    "--test",
    // A journey keeps a server and a browser busy, which is all that two cores can do.
    `--test-concurrency=${first === "--console" ? 1 : 2}`,
    "--test-timeout=480000",
    ...(given.length > 0 ? given : globSync(suites, { exclude: ["**/node_modules/**", ...exclude] })),
  ],
  {
    stdio: "inherit",
    // Each file is a process of its own, and most load the same modules: they are compiled once.
    env: { ...process.env, REEF_TEST_LOG_FOLDER: logs, NODE_COMPILE_CACHE: COMPILED },
  },
);
const isClean = reportPasswords();
rmSync(logs, { recursive: true });
process.exit(status === 0 && !isClean ? 1 : (status ?? 1));

/** Searches everything that the suite logged for the passwords that its tests use. */
function reportPasswords(): boolean {
  const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  const found = texts.flatMap((text) =>
    text.split("\n").filter((line) => passwordPhrases.some((phrase) => line.includes(phrase))),
  );
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  process.stderr.write(
    found.length === 0
      ? `No password stands in the ${Math.round(bytes / 1024)} KiB that the tests logged.\n`
      : `✖ ${found.length} lines of the log hold a password:\n${found.slice(0, 10).join("\n")}\n`,
  );
  return found.length === 0;
}

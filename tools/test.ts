/**
 * `npm test`: all suites on Node's own runner but the console's journeys, which `npm run test:console` runs. Further
 * arguments go to the runner, for example a file's path.
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

const JOURNEYS_OF_CONSOLE = "tests/journeys/console-*.test.ts";
const folders = ["platform", "modules", "packages", "apps", "tools", "tests"];
const [only, ...given] =
  process.argv[2] === "--console" ? ["console", ...process.argv.slice(3)] : [undefined, ...process.argv.slice(2)];
const suites =
  only === "console"
    ? globSync(JOURNEYS_OF_CONSOLE)
    : globSync(
        folders.map((folder) => `${folder}/**/*.test.ts`),
        { exclude: ["**/node_modules/**", JOURNEYS_OF_CONSOLE] },
      );
const logs = mkdtempSync(join(tmpdir(), "reef-test-logs-"));
const { status } = spawnSync(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    "--test",
    // A journey keeps a server and a browser busy, which is all that two cores can do.
    `--test-concurrency=${only === "console" ? 1 : 2}`,
    "--test-timeout=480000",
    ...(given.length > 0 ? given : suites),
  ],
  { stdio: "inherit", env: { ...process.env, REEF_TEST_LOG_FOLDER: logs } },
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

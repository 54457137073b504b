/** `npm test`: all suites on Node's own runner. Further arguments go to the runner, for example a file's path. */
import { spawnSync } from "node:child_process";
import { findChromium } from "@reef/testing";

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

const given = process.argv.slice(2);
const suites = ["platform", "modules", "packages", "apps", "tools", "tests"].map((folder) => `${folder}/**/*.test.ts`);
const { status } = spawnSync(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-concurrency=2",
    "--test-timeout=240000",
    ...(given.length > 0 ? given : suites),
  ],
  { stdio: "inherit" },
);
process.exit(status ?? 1);

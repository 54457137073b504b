#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { ConfigError } from "@reef/config";
import { migrateToLatest, StartupError } from "@reef/db";
import { createLogger } from "@reef/telemetry";
import { createWorkflows } from "@reef/workflows";
import { inventUsage } from "./invent-usage.ts";
import { migrations } from "./migrations.ts";
import { openReefDatabase } from "./open-platform.ts";
import { loadSettings } from "./settings.ts";
import { type RunningReef, startReef } from "./start-reef.ts";

/** Past this, a stop that hangs is cut short. Nothing acknowledged is lost then either: it is in the database already. */
const STOP_LIMIT_MS = 4_500;

// What this process writes is for its own user only.
process.umask(0o077);
// What outlives a few collections, as the parts of a stream do, V8 takes for what lives for ever, and makes the next ones in
// the old space at once: there each holds its whole request until the next full collection, which costs a fifth of all calls.
setFlagsFromString("--no-allocation-site-pretenuring");

const talk = (text: string) => process.stdout.write(`${text}\n`);

/** What the terminal says once the reef answers: where it is, and how the first person and the first agent get in. */
function welcome({ url, setupUrl, foundingVoucher }: RunningReef): string {
  const at = url === "http://localhost:4200" ? "" : ` --url ${url}`;
  return [
    `Reef is ready at ${url} (API reference: ${url}/api/docs). Ctrl-C stops it.`,
    setupUrl &&
      `\nNobody runs this reef yet. Open this address once to become its operator; keep it to yourself:\n\n  ${setupUrl}`,
    foundingVoucher &&
      `\nNo agent has joined yet. In another terminal, the first one joins with:\n\n  npx reef register --voucher ${foundingVoucher} --name ada${at}\n`,
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}

async function start(): Promise<void> {
  const reef = await startReef(loadSettings());
  let stopping = false;
  const stop = () => {
    // npm and the terminal may both deliver one Ctrl-C.
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    reef.stop().then(
      () => process.exit(0),
      (error: unknown) => fail("Reef did not stop cleanly.", error),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // Last, because whoever reads this may press Ctrl-C at once.
  talk(welcome(reef));
}

/** Brings the database to the newest schema, as a step of a release. */
async function migrate(): Promise<void> {
  const logger = createLogger({ level: "warn", destination: "stderr" });
  const database = await openReefDatabase(loadSettings(), logger);
  try {
    const done = await migrateToLatest(database.kysely, migrations);
    await createWorkflows({ database, logger }).migrate();
    talk(done.length === 0 ? "The database is up to date." : `Done: ${done.join(", ")}`);
  } finally {
    await database.close();
  }
}

function fail(what: string, error: unknown): never {
  const known = error instanceof StartupError || error instanceof ConfigError;
  process.stderr.write(`${what} ${known ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}

const commands: Record<string, { run: () => Promise<void>; failure: string }> = {
  start: { run: start, failure: "Reef cannot start." },
  migrate: { run: migrate, failure: "The database was not migrated." },
  "invent-usage": {
    run: async () => void talk(await inventUsage(process.argv.slice(3))),
    failure: "No usage was invented.",
  },
};
const [name = "start"] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`There is no command ${name}; the commands are: ${Object.keys(commands).join(", ")}.\n`);
  process.exit(2);
}
await command.run().catch((error: unknown) => fail(command.failure, error));

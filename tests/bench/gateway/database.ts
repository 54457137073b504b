import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the reef of a bench keeps its rows. */
export interface BenchDatabase {
  /** For the reader of the figures. */
  name: string;
  /** What the reef's process is told of it. */
  environment: Record<string, string>;
  /** Stops what was started for the bench. */
  stop(): void;
}

const POSTGRES = fileURLToPath(new URL("../../../.ci/postgres", import.meta.url));
const EMBEDDED: BenchDatabase = { name: "the embedded database", environment: {}, stop() {} };

/**
 * Postgres, as a reef at work has it: the given one; else, for root on Debian, one of its own that is gone afterwards. Where
 * there is none, or with the word `embedded`, the embedded database.
 */
export function openBenchDatabase(given: string | undefined): BenchDatabase {
  if (given === "embedded") return EMBEDDED;
  if (given !== undefined) return onPostgres("Postgres as given", given, () => {});
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return EMBEDDED;
  const folder = join(tmpdir(), `reef-bench-postgres-${process.pid}`);
  const { status, stdout } = spawnSync(POSTGRES, ["start", folder], { stdio: ["ignore", "pipe", "ignore"] });
  if (status !== 0) return EMBEDDED;
  return onPostgres("Postgres, started for this", stdout.toString().trim(), () => {
    spawnSync(POSTGRES, ["stop", folder], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  });
}

const onPostgres = (name: string, url: string, stop: () => void): BenchDatabase => ({
  name,
  environment: { DATABASE_URL: url, REEF_SECRET: "a secret of a bench, nothing hangs on it" },
  stop,
});

import { readFileSync } from "node:fs";
import { type DatabaseHandle, migrateToLatest, openDatabase } from "@reef/db";
import { createEvents } from "@reef/events";
import { createEventStreams, createIdempotency, createLimits } from "@reef/http";
import { createMail } from "@reef/mail";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { createWorkflows } from "@reef/workflows";
import { ensureMasterSecret } from "./master-secret.ts";
import { migrations } from "./migrations.ts";
import type { ReefSettings } from "./settings.ts";

/** Says how a part is stopped. All are, in the reverse order, when the reef stops or a later part fails to start. */
export type OnStop = (stopPart: () => unknown) => void;

/** What the modules stand on. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Opens the database that the settings name. @throws StartupError */
export const openReefDatabase = (settings: ReefSettings, logger: Logger): Promise<DatabaseHandle> =>
  openDatabase({
    url: settings.DATABASE_URL,
    folder: settings.DATABASE_URL === undefined ? settings.REEF_DATA_DIR : undefined,
    poolSize: settings.DATABASE_POOL_SIZE,
    onIdleError: (error) => logger.warn({ err: error }, "An idle connection to the database broke."),
  });

/** Opens the platform on a database that is migrated, unless a release step does that. @throws StartupError */
export async function openPlatform(settings: ReefSettings, onStop: OnStop) {
  const telemetry = createTelemetry({
    serviceName: "reef",
    version,
    logLevel: settings.REEF_LOG_LEVEL ?? (process.stderr.isTTY ? "warn" : "info"),
    otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    logDestination: "stderr",
  });
  onStop(() => telemetry.shutdown());
  const { logger } = telemetry;

  const database = await openReefDatabase(settings, logger);
  onStop(() => database.close());
  const hasServer = settings.DATABASE_URL !== undefined;
  const masterSecret = ensureMasterSecret(settings.REEF_SECRET, settings.REEF_DATA_DIR, hasServer);
  if (settings.REEF_MIGRATE) await migrateToLatest(database.kysely, migrations);

  const workflows = createWorkflows({ database, logger });
  const mail = createMail({ database, workflows, masterSecret, config: settings });
  onStop(() => mail.stop());
  return {
    version,
    telemetry,
    database,
    masterSecret,
    publicUrl: (settings.REEF_PUBLIC_URL ?? `http://localhost:${settings.REEF_PORT}`).replace(/\/$/, ""),
    supervisor: createSupervisor({ logger }),
    events: createEvents({ database, logger }),
    workflows,
    mail,
    limits: createLimits(settings.REEF_RATE_LIMIT_FACTOR),
    idempotency: createIdempotency(masterSecret),
    streams: createEventStreams({ perAddress: settings.REEF_STREAMS_PER_ADDRESS, total: settings.REEF_STREAMS }),
  };
}

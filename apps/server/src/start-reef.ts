import { readFileSync } from "node:fs";
import { type DatabaseHandle, listErrors, migrateToLatest, openDatabase, StartupError } from "@reef/db";
import { createEvents } from "@reef/events";
import {
  addPages,
  createApp,
  createEventStreams,
  createIdempotency,
  createLimits,
  createOpenApiDocument,
  httpErrors,
  idempotencyErrors,
  type RunningServer,
  serve,
} from "@reef/http";
import { accountErrors, createIdentityModule, identityErrors } from "@reef/identity";
import { createMail, mailErrors } from "@reef/mail";
import { mountMcp } from "@reef/mcp";
import { createEncoder, createMemoryModule, memoryErrors } from "@reef/memory";
import { createPermissionsModule, permissionsErrors } from "@reef/permissions";
import { createSigningModule, signingErrors } from "@reef/signing";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { createWorkflows } from "@reef/workflows";
import { contracts } from "./contracts.ts";
import { ensureMasterSecret } from "./master-secret.ts";
import { createMcpOffer } from "./mcp-offer.ts";
import { migrations } from "./migrations.ts";
import type { ReefSettings } from "./settings.ts";
import { addConsole } from "./system/console.ts";
import { createDeadLetters } from "./system/dead-letters.ts";
import { addDiscovery } from "./system/discovery.ts";
import { systemErrors } from "./system/errors.ts";
import { createHousekeeping } from "./system/housekeeping.ts";
import { addMetrics, createSystemRoutes, observeWorkflows } from "./system/routes.ts";

/** A reef that answers requests. */
export interface RunningReef {
  /** Where it can be reached from this machine. */
  url: string;
  /** The code with which the first agent joins, as long as there is none. */
  foundingVoucher: string | undefined;
  /** The one-time address at which the first person becomes the operator, as long as there is none. */
  setupUrl: string | undefined;
  /** Ends running requests and jobs, then closes the database. */
  stop(): Promise<void>;
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Problems of every module, for the pages that explain them. */
const problems = {
  ...httpErrors.definitions,
  ...idempotencyErrors.definitions,
  ...listErrors.definitions,
  ...systemErrors.definitions,
  ...mailErrors.definitions,
  ...identityErrors.definitions,
  ...accountErrors.definitions,
  ...permissionsErrors.definitions,
  ...signingErrors.definitions,
  ...memoryErrors.definitions,
};

/** How long a stop waits for requests, jobs and loops, each. Together they stay under the five seconds that Ctrl-C may take. */
const GRACE_SECONDS = 1.2;

/** Opens the database that the settings name. @throws StartupError */
export const openReefDatabase = (settings: ReefSettings, logger: Logger): Promise<DatabaseHandle> =>
  openDatabase({
    url: settings.DATABASE_URL,
    folder: settings.DATABASE_URL === undefined ? settings.REEF_DATA_DIR : undefined,
    poolSize: settings.DATABASE_POOL_SIZE,
    onIdleError: (error) => logger.warn({ err: error }, "An idle connection to the database broke."),
  });

/** Builds every part, in the order of their needs, and starts them. What was started is stopped again if a later part fails. */
export async function startReef(settings: ReefSettings): Promise<RunningReef> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return await startParts(settings, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  settings: ReefSettings,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<RunningReef> {
  const telemetry = createTelemetry({
    serviceName: "reef",
    version,
    logLevel: settings.REEF_LOG_LEVEL ?? (process.stderr.isTTY ? "warn" : "info"),
    otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    logDestination: "stderr",
  });
  stops.push(() => telemetry.shutdown());

  const database = await openReefDatabase(settings, telemetry.logger);
  stops.push(() => database.close());
  const masterSecret = ensureMasterSecret(
    settings.REEF_SECRET,
    settings.REEF_DATA_DIR,
    settings.DATABASE_URL !== undefined,
  );
  if (settings.REEF_MIGRATE) await migrateToLatest(database.kysely, migrations);

  const { logger } = telemetry;
  const supervisor = createSupervisor({ logger });
  const events = createEvents({ database, logger });
  const workflows = createWorkflows({ database, logger });
  const mail = createMail({ database, workflows, masterSecret, config: settings });
  stops.push(async () => mail.stop());
  const limits = createLimits(settings.REEF_RATE_LIMIT_FACTOR);
  const idempotency = createIdempotency(masterSecret);
  const publicUrl = (settings.REEF_PUBLIC_URL ?? `http://localhost:${settings.REEF_PORT}`).replace(/\/$/, "");

  const identity = await createIdentityModule({
    database,
    events,
    telemetry,
    masterSecret,
    publicUrl,
    limits,
    trustedProxies: settings.REEF_TRUSTED_PROXIES,
    mail,
    config: settings,
  });
  const permissions = createPermissionsModule({ identity: identity.api, events, masterSecret });
  const signing = createSigningModule({
    database,
    events,
    identity: identity.api,
    masterSecret,
    telemetry,
    stillAdmitted: identity.api.stillAdmitted,
  });
  const memory = createMemoryModule({
    database,
    events,
    workflows,
    telemetry,
    masterSecret,
    identity: identity.api,
    permissions: permissions.api,
    signing: signing.api,
    encoder: createEncoder(settings),
  });
  stops.push(() => memory.stop());

  const streams = createEventStreams({
    perAddress: settings.REEF_STREAMS_PER_ADDRESS,
    total: settings.REEF_STREAMS,
  });
  const serving = {
    publicUrl,
    limits,
    idempotency,
    db: database.kysely,
    recorder: signing.api.recorder,
    organizations: identity.api.organizations,
    trustedProxies: settings.REEF_TRUSTED_PROXIES,
    allowedOrigins: settings.REEF_ALLOWED_ORIGINS,
    routes: [
      ...createSystemRoutes({
        database,
        migrations,
        supervisor,
        version,
        deadLetters: createDeadLetters(workflows, masterSecret),
        mailbox: mail.mailbox,
      }),
      ...identity.routes,
      ...permissions.routes,
      ...signing.routes,
      ...memory.routes,
    ],
  };
  const app = createApp({ ...serving, telemetry, streams, authenticator: identity.api.authenticator });
  identity.mount(app, signing.api.recorder);
  signing.mount(app);
  const offer = createMcpOffer(version);
  const mcp = mountMcp(app, {
    ...serving,
    logger,
    offer,
    authenticator: {
      authenticate: (authorization) => identity.api.mcpAuthenticator.authenticate(authorization),
      authenticateSecret: (...credentials) => identity.api.authenticateSecret(...credentials),
    },
  });
  stops.push(() => mcp.stop());
  addPages(app, { publicUrl, problems, openApi: createOpenApiDocument(contracts, { publicUrl, version }) });
  addDiscovery(app, {
    publicUrl,
    version,
    contracts,
    tools: offer.tools.map(({ name, title }) => ({ name, title })),
    auditPublicKey: signing.api.auditPublicKey,
  });
  addMetrics(app, telemetry, { token: settings.REEF_METRICS_TOKEN, publicUrl });
  addConsole(app, { publicUrl });

  observeWorkflows(telemetry, workflows);

  await workflows.start();
  stops.push(() => workflows.stop(GRACE_SECONDS));
  await memory.start();
  stops.push(() => supervisor.stop(GRACE_SECONDS));
  for (const loop of [
    events.loop,
    ...identity.loops,
    ...signing.loops,
    ...memory.loops,
    createHousekeeping({ database, idempotency, mailbox: mail.mailbox }),
  ])
    supervisor.start(loop);

  const foundingVoucher = await identity.api.issueFoundingVoucher();
  const setupCode = await identity.api.issueSetupCode();
  const setupUrl = setupCode && `${publicUrl}/setup?code=${setupCode}`;
  const server = await listen(app, settings, publicUrl);
  stops.push(() => server.stop(GRACE_SECONDS));
  stops.push(async () => streams.stop());
  logger.info({ port: server.port, database: database.kind }, "The reef is ready.");
  return { url: `http://localhost:${server.port}`, foundingVoucher, setupUrl, stop };
}

async function listen(
  app: ReturnType<typeof createApp>,
  settings: ReefSettings,
  publicUrl: string,
): Promise<RunningServer> {
  try {
    return await serve(app, { host: settings.REEF_HOST, port: settings.REEF_PORT, publicUrl });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new StartupError(
        `Port ${settings.REEF_PORT} is taken by another program. Stop it, or set REEF_PORT to another port.`,
        { cause },
      );
    }
    if (code === "EACCES")
      throw new StartupError(
        `Port ${settings.REEF_PORT} needs rights that this user lacks. Set REEF_PORT to 1024 or more.`,
        { cause },
      );
    throw cause;
  }
}

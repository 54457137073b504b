import { type Modules, openModules } from "./open-modules.ts";
import { type OnStop, openPlatform, type Platform } from "./open-platform.ts";
import { createReefApp, listen } from "./serve-reef.ts";
import type { ReefSettings } from "./settings.ts";
import { createHousekeeping } from "./system/housekeeping.ts";
import { observeWorkflows } from "./system/routes.ts";

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

/** How long a stop waits for requests, jobs and loops, each. Together they stay under the five seconds that Ctrl-C may take. */
const GRACE_SECONDS = 1.2;

/** Builds every part, in the order of their needs, and starts them. What was started is stopped again if a later part fails. */
export async function startReef(settings: ReefSettings): Promise<RunningReef> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return { ...(await startParts(settings, (stopPart) => stops.push(stopPart))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(settings: ReefSettings, onStop: OnStop): Promise<Omit<RunningReef, "stop">> {
  const platform = await openPlatform(settings, onStop);
  const modules = await openModules(settings, platform, onStop);
  const app = createReefApp(settings, platform, modules, onStop);
  await startWork(platform, modules, onStop);

  const { database, publicUrl, streams, telemetry } = platform;
  const { identity, gateway } = modules;
  const foundingVoucher = await identity.api.issueFoundingVoucher();
  const setupCode = await identity.api.issueSetupCode();
  const server = await listen(app, [gateway.plane], settings, publicUrl);
  onStop(() => server.stop(GRACE_SECONDS));
  onStop(() => streams.stop());
  telemetry.logger.info({ port: server.port, database: database.kind }, "The reef is ready.");
  return {
    url: `http://localhost:${server.port}`,
    foundingVoucher,
    setupUrl: setupCode && `${publicUrl}/setup?code=${setupCode}`,
  };
}

/** Starts what goes on beside requests: the workflows, and the loops of every part. */
async function startWork(platform: Platform, modules: Modules, onStop: OnStop): Promise<void> {
  const { database, events, idempotency, mail, supervisor, telemetry, workflows } = platform;
  const { identity, signing, memory, billing, gateway } = modules;
  observeWorkflows(telemetry, workflows);
  await workflows.start();
  onStop(() => workflows.stop(GRACE_SECONDS));
  await memory.start();
  await billing.schedule();
  onStop(() => supervisor.stop(GRACE_SECONDS));
  const housekeeping = createHousekeeping({ database, idempotency, mailbox: mail.mailbox });
  const ofModules = [identity, signing, memory, gateway].flatMap(({ loops }) => loops);
  for (const loop of [events.loop, ...ofModules, housekeeping]) supervisor.start(loop);
}

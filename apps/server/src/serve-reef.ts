import { billingErrors } from "@reef/billing";
import { listErrors, StartupError } from "@reef/db";
import { gatewayErrors } from "@reef/gateway";
import {
  addPages,
  createApp,
  createOpenApiDocument,
  type HttpApp,
  httpErrors,
  idempotencyErrors,
  type RequestPlane,
  type RunningServer,
  serve,
} from "@reef/http";
import { accountErrors, identityErrors } from "@reef/identity";
import { mailErrors } from "@reef/mail";
import { mountMcp } from "@reef/mcp";
import { memoryErrors } from "@reef/memory";
import { permissionsErrors } from "@reef/permissions";
import { signingErrors } from "@reef/signing";
import { contracts } from "./contracts.ts";
import { createMcpOffer } from "./mcp-offer.ts";
import { migrations } from "./migrations.ts";
import type { Modules } from "./open-modules.ts";
import type { OnStop, Platform } from "./open-platform.ts";
import type { ReefSettings } from "./settings.ts";
import { addConsole } from "./system/console.ts";
import { createDeadLetters } from "./system/dead-letters.ts";
import { addDiscovery } from "./system/discovery.ts";
import { systemErrors } from "./system/errors.ts";
import { addMetrics, createSystemRoutes } from "./system/routes.ts";

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
  ...billingErrors.definitions,
  ...gatewayErrors.definitions,
};

/** All that the reef answers by HTTP. The console is last: what has a route of its own keeps it. */
export function createReefApp(settings: ReefSettings, platform: Platform, modules: Modules, onStop: OnStop): HttpApp {
  const { version, publicUrl, telemetry, streams } = platform;
  const { identity, signing, billing } = modules;
  const serving = servingOf(settings, platform, modules);
  const app = createApp({ ...serving, telemetry, streams, authenticator: identity.api.authenticator });
  identity.mount(app, signing.api.recorder);
  signing.mount(app);
  billing.mount(app);
  const offer = createMcpOffer(version);
  const mcp = mountMcp(app, {
    ...serving,
    logger: telemetry.logger,
    offer,
    authenticator: {
      authenticate: (authorization) => identity.api.mcpAuthenticator.authenticate(authorization),
      authenticateSecret: (...credentials) => identity.api.authenticateSecret(...credentials),
    },
  });
  onStop(() => mcp.stop());
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
  return app;
}

/** The routes of every module, and what answers them by REST and by MCP alike. */
function servingOf(settings: ReefSettings, platform: Platform, modules: Modules) {
  const { version, database, masterSecret, publicUrl, supervisor, workflows, mail, limits, idempotency } = platform;
  const { identity, permissions, signing, memory, billing, gateway } = modules;
  const deadLetters = createDeadLetters(workflows, masterSecret);
  return {
    publicUrl,
    limits,
    idempotency,
    db: database.kysely,
    recorder: signing.api.recorder,
    organizations: identity.api.organizations,
    trustedProxies: settings.REEF_TRUSTED_PROXIES,
    allowedOrigins: settings.REEF_ALLOWED_ORIGINS,
    routes: [
      ...createSystemRoutes({ database, migrations, supervisor, version, deadLetters, mailbox: mail.mailbox }),
      ...identity.routes,
      ...permissions.routes,
      ...signing.routes,
      ...memory.routes,
      ...billing.routes,
      ...gateway.routes,
    ],
  };
}

/** Opens the port. @throws StartupError when it is taken, or not this user's to open. */
export async function listen(
  app: HttpApp,
  planes: readonly RequestPlane[],
  settings: ReefSettings,
  publicUrl: string,
): Promise<RunningServer> {
  const { REEF_HOST: host, REEF_PORT: port } = settings;
  try {
    return await serve(app, { host, port, publicUrl, planes });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      const what = `Port ${port} is taken by another program. Stop it, or set REEF_PORT to another port.`;
      throw new StartupError(what, { cause });
    }
    if (code === "EACCES") {
      const what = `Port ${port} needs rights that this user lacks. Set REEF_PORT to 1024 or more.`;
      throw new StartupError(what, { cause });
    }
    if (code === "EADDRNOTAVAIL") {
      const what = `This machine has no address ${host} to listen on. Set REEF_HOST to one that it has, or to 0.0.0.0 for all.`;
      throw new StartupError(what, { cause });
    }
    throw cause;
  }
}

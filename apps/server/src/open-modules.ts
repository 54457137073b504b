import { allowanceChanged, createBillingModule } from "@reef/billing";
import { budgetExhausted, budgetWarned, createGatewayModule, type GatewayModule, providerKeysOf } from "@reef/gateway";
import { accessChanged, createIdentityModule } from "@reef/identity";
import { createEncoder, createMemoryModule } from "@reef/memory";
import { createPermissionsModule } from "@reef/permissions";
import { createSigningModule } from "@reef/signing";
import type { OnStop, Platform } from "./open-platform.ts";
import type { ReefSettings } from "./settings.ts";

/** The product's modules, each with its routes and what the others use of it. */
export type Modules = Awaited<ReturnType<typeof openModules>>;

/** Opens every module, in the order of their needs. @throws StartupError */
export async function openModules(settings: ReefSettings, platform: Platform, onStop: OnStop) {
  const { database, events, telemetry, workflows, masterSecret, publicUrl, limits, mail } = platform;
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
  const encoder = createEncoder(settings);
  const memory = createMemoryModule({
    database,
    events,
    workflows,
    telemetry,
    masterSecret,
    identity: identity.api,
    permissions: permissions.api,
    signing: signing.api,
    encoder,
  });
  onStop(() => memory.stop());
  const billing = createBillingModule({
    database,
    events,
    workflows,
    telemetry,
    identity: identity.api,
    mailer: mail.mailer,
    masterSecret,
    publicUrl,
    dataFolder: settings.REEF_DATA_DIR,
    // The gateway is made after it, and is there before anything is summed up.
    usage: { sumOf: (...asked) => gateway.api.sumOf(...asked) },
    budgetWarned,
    budgetExhausted,
    config: settings,
  });
  onStop(() => billing.stop());
  const gateway: GatewayModule = createGatewayModule({
    database,
    events,
    telemetry,
    identity: identity.api,
    accessChanged,
    allowanceChanged,
    planRequired: billing.planRequired,
    masterSecret,
    dataFolder: settings.REEF_DATA_DIR,
    providerKeys: providerKeysOf(settings),
    encoder,
    config: settings,
  });
  onStop(() => gateway.stop());
  return { identity, permissions, signing, memory, billing, gateway };
}

import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { IdentityDependencies, IdentityModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { DEFAULT_TOKEN_SECONDS } from "./config.ts";
import { accessChanged } from "./events.ts";
import { identityLoops } from "./loops.ts";
import { mountOAuth } from "./oauth/mount.ts";
import { createIdentityRoutes } from "./routes.ts";
import { createAgents } from "./service/agents.ts";
import { createRegistration } from "./service/registration.ts";
import { createVouchers } from "./service/vouchers.ts";
import { createAccessList } from "./tokens/access-list.ts";
import { createAuthenticator } from "./tokens/authenticator.ts";
import { openSigningKeys } from "./tokens/signing-keys.ts";

/**
 * Opens the module on a migrated database: the signing keys are read, or made at the very first start.
 *
 * @throws StartupError when the master secret is another one than the keys were sealed with.
 */
export async function createIdentityModule(dependencies: IdentityDependencies): Promise<IdentityModule> {
  const { database, events, masterSecret, publicUrl, limits, trustedProxies, clock = systemClock } = dependencies;
  const { logger } = dependencies.telemetry;
  const audience = `${publicUrl}/api`;
  const signingKeys = await openSigningKeys(database, masterSecret, clock);
  const accessList = createAccessList(database, clock);
  await accessList.refresh();
  events.subscribe(accessChanged, ({ payload }) => accessList.apply(payload));

  const cursors = createCursors(deriveKey(masterSecret, "identity.cursors"));
  const challengeKey = deriveKey(masterSecret, "identity.challenges");
  const service = { events, clock, cursors, accessList, challengeKey };
  const vouchers = createVouchers(service);
  const tokenSeconds = dependencies.config?.REEF_TOKEN_SECONDS ?? DEFAULT_TOKEN_SECONDS;
  const agents = createAgents(service);
  return {
    api: {
      findAgent: agents.findAgent,
      listAgentsById: agents.listAgentsById,
      authenticator: createAuthenticator({ signingKeys, accessList, issuer: publicUrl, audience, clock }),
      issueFoundingVoucher: () => vouchers.issueFoundingVoucher(database.kysely),
      rotateSigningKeys: () => signingKeys.rotate(),
    },
    routes: createIdentityRoutes({
      registration: createRegistration(service),
      vouchers,
      agents,
    }),
    mount(app) {
      const keys = { masterSecret, signingKeys };
      const server = { db: database.kysely, logger, publicUrl, audience, tokenSeconds };
      mountOAuth(app, { ...keys, ...server, limits, trustedProxies });
    },
    loops: identityLoops({ database, logger, accessList, signingKeys, clock }),
  };
}

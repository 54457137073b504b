import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import { byBearerToken } from "@reef/http";
import type { IdentityDependencies, IdentityModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { DEFAULT_TOKEN_SECONDS } from "./config.ts";
import { accessChanged } from "./events.ts";
import { identityLoops } from "./loops.ts";
import { audiencesOf } from "./oauth/audiences.ts";
import { createClientDocuments } from "./oauth/client-documents.ts";
import { mountOAuth } from "./oauth/mount.ts";
import { createStateSecrets } from "./oauth/state.ts";
import { createIdentityRoutes } from "./routes.ts";
import { createAgents } from "./service/agents.ts";
import { createAuthorizations } from "./service/authorizations.ts";
import { createKeys } from "./service/keys.ts";
import { createRecovery } from "./service/recovery.ts";
import { createRegistration } from "./service/registration.ts";
import { createVouchers } from "./service/vouchers.ts";
import { createAccessList } from "./tokens/access-list.ts";
import { createAuthenticator } from "./tokens/authenticator.ts";
import { createSecretAuthenticator } from "./tokens/secret-authenticator.ts";
import { openSigningKeys } from "./tokens/signing-keys.ts";

/**
 * Opens the module on a migrated database: the signing keys are read, or made at the very first start.
 *
 * @throws StartupError when the master secret is another one than the keys were sealed with.
 */
export async function createIdentityModule(dependencies: IdentityDependencies): Promise<IdentityModule> {
  const { database, events, masterSecret, publicUrl, limits, trustedProxies, clock = systemClock } = dependencies;
  const { logger } = dependencies.telemetry;
  const audiences = audiencesOf(publicUrl);
  const signingKeys = await openSigningKeys(database, masterSecret, clock);
  const accessList = createAccessList(database, clock);
  await accessList.refresh();
  events.subscribe(accessChanged, ({ payload }) => accessList.apply(payload));

  const cursors = createCursors(deriveKey(masterSecret, "identity.cursors"));
  const challengeKey = deriveKey(masterSecret, "identity.challenges");
  const service = { events, clock, cursors, accessList, challengeKey };
  const vouchers = createVouchers(service);
  const { REEF_TOKEN_SECONDS: tokenSeconds = DEFAULT_TOKEN_SECONDS, REEF_OAUTH_LOCAL_CLIENTS: allowLoopback = false } =
    dependencies.config ?? {};
  const agents = createAgents(service);
  const secrets = createStateSecrets(masterSecret);
  const authorizations = createAuthorizations({ events, clock, secrets });
  const documents = createClientDocuments({ logger, clock, allowLoopback });
  const authenticateSecret = createSecretAuthenticator({ db: database.kysely, accessList, clock });
  const authenticatorFor = (audience: string) =>
    createAuthenticator({ signingKeys, accessList, issuer: publicUrl, audience, clock });
  return {
    api: {
      findAgent: agents.findAgent,
      listAgentsById: agents.listAgentsById,
      findKey: agents.findKey,
      isFounder: agents.isFounder,
      authenticator: byBearerToken(authenticatorFor(audiences.api)),
      mcpAuthenticator: authenticatorFor(audiences.mcp),
      authenticateSecret,
      issueFoundingVoucher: () => vouchers.issueFoundingVoucher(database.kysely),
      rotateSigningKeys: () => signingKeys.rotate(),
    },
    routes: createIdentityRoutes({
      registration: createRegistration(service),
      vouchers,
      agents,
      keys: createKeys(service),
      recovery: createRecovery(service),
      authorizations,
    }),
    mount(app, recorder) {
      const keys = { masterSecret, signingKeys, secrets };
      const server = { db: database.kysely, clock, logger, publicUrl, audiences, tokenSeconds };
      const approval = { documents, authorizations, authenticateSecret, recorder };
      mountOAuth(app, { ...keys, ...server, ...approval, limits, trustedProxies });
    },
    loops: identityLoops({ database, logger, accessList, signingKeys, clock }),
  };
}

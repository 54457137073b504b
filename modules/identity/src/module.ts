import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { IdentityDependencies, IdentityModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { DEFAULT_TOKEN_SECONDS } from "./config.ts";
import { accessChanged, organizationAccessChanged } from "./events.ts";
import { identityLoops } from "./loops.ts";
import { audiencesOf } from "./oauth/audiences.ts";
import { createClientDocuments } from "./oauth/client-documents.ts";
import { mountOAuth } from "./oauth/mount.ts";
import { createStateSecrets } from "./oauth/state.ts";
import { createAccount } from "./people/account.ts";
import { createCallers } from "./people/callers.ts";
import { createAccounts } from "./people/create-accounts.ts";
import { mountAccounts } from "./people/mount.ts";
import { createIdentityRoutes } from "./routes.ts";
import { createAuthorizations } from "./service/authorizations.ts";
import { createServices } from "./service/create-services.ts";
import { createLookups } from "./service/lookups.ts";
import { createAccessList } from "./tokens/access-list.ts";
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
  events.subscribe(organizationAccessChanged, ({ payload }) => accessList.applyOrganization(payload));

  const cursors = createCursors(deriveKey(masterSecret, "identity.cursors"));
  const challengeKey = deriveKey(masterSecret, "identity.challenges");
  const services = createServices({ events, clock, cursors, accessList, challengeKey });
  const { agents, vouchers, programs } = services;
  const {
    REEF_TOKEN_SECONDS: tokenSeconds = DEFAULT_TOKEN_SECONDS,
    REEF_OAUTH_LOCAL_CLIENTS: allowLoopback = false,
    REEF_ORGANIZATION_HOSTS: organizationHosts = false,
  } = dependencies.config ?? {};
  const secrets = createStateSecrets(masterSecret);
  const authorizations = createAuthorizations({ events, clock, secrets, programs });
  const documents = createClientDocuments({ logger, clock, allowLoopback });
  const reef = { database, clock, masterSecret, publicUrl, audiences, signingKeys, accessList };
  const { people, ...callers } = createCallers({ ...reef, organizationHosts });
  const { mail, config, evenedMs } = dependencies;
  const accounts = createAccounts({ database, mailer: mail.mailer, logger, masterSecret, publicUrl, config, clock });
  const account = createAccount(accounts, { hasMailbox: mail.mailbox !== undefined, masterSecret, clock });
  return {
    api: {
      ...createLookups(agents),
      isSuspended: accessList.isSuspended,
      ...callers,
      issueFoundingVoucher: () => vouchers.issueFoundingVoucher(database.kysely),
      issueSetupCode: () => accounts.issueSetupCode(database.kysely),
      rotateSigningKeys: () => signingKeys.rotate(),
    },
    routes: createIdentityRoutes({ ...services, authorizations, account }),
    mount(app, recorder) {
      const keys = { masterSecret, signingKeys, secrets };
      const server = { db: database.kysely, clock, logger, publicUrl, audiences, tokenSeconds, accessList };
      const { authenticateSecret } = callers;
      const approval = { documents, authorizations, programs, authenticateSecret, people, recorder };
      mountOAuth(app, { ...keys, ...server, ...approval, limits, trustedProxies });
      const { origins } = people;
      mountAccounts(app, { accounts, programs, limits, trustedProxies, publicUrl, origins, recorder, evenedMs });
    },
    loops: identityLoops({ database, logger, accessList, signingKeys, accounts, clock }),
  };
}

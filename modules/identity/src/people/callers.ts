import type { DatabaseHandle } from "@reef/db";
import type { OrganizationDirectory } from "@reef/http/call";
import type { IdentityApi } from "../api.ts";
import type { Clock } from "../clock.ts";
import type { Audiences } from "../oauth/audiences.ts";
import type { AccessList } from "../tokens/access-list.ts";
import { createAuthenticator } from "../tokens/authenticator.ts";
import { createMcpAuthenticator } from "../tokens/mcp-authenticator.ts";
import { createSecretAuthenticator } from "../tokens/secret-authenticator.ts";
import type { SigningKeys } from "../tokens/signing-keys.ts";
import { createTokenVerifier } from "../tokens/verify-token.ts";
import { accountsSecret } from "./auth/secret.ts";
import { createRequestAuthenticator } from "./authenticate.ts";
import { createOrganizationDirectory } from "./directory.ts";
import { createOriginRule, type OriginRule } from "./own-origin.ts";
import { createSessions, type Sessions } from "./sessions.ts";

export interface CallersOptions {
  database: DatabaseHandle;
  clock: Clock;
  masterSecret: string;
  publicUrl: string;
  audiences: Audiences;
  signingKeys: SigningKeys;
  accessList: AccessList;
  /** Whether people are signed in at the organizations' own hosts as well. */
  organizationHosts: boolean;
}

/** All that tells who calls, of which kind and in which way whatsoever. */
export interface Callers
  extends Pick<IdentityApi, "authenticator" | "stillAdmitted" | "mcpAuthenticator" | "authenticateSecret"> {
  organizations: OrganizationDirectory;
  /** Who is signed in in a browser, for pages. */
  people: { sessions: Sessions; origins: OriginRule };
}

/** Puts together what tells agents, by tokens and secrets, and people, by sessions and API keys. */
export function createCallers(options: CallersOptions): Callers {
  const { database, clock, masterSecret, publicUrl, audiences, signingKeys, accessList, organizationHosts } = options;
  const db = database.kysely;
  const verifierFor = (audience: string) => createTokenVerifier({ signingKeys, issuer: publicUrl, audience, clock });
  const agentsAt = (audience: string) => createAuthenticator({ verify: verifierFor(audience), accessList, clock });
  const sessions = createSessions({ db, secret: accountsSecret(masterSecret), publicUrl, clock });
  const origins = createOriginRule(publicUrl, { organizationHosts });
  const organizations = createOrganizationDirectory({ db, clock, publicUrl });
  const authenticator = createRequestAuthenticator({
    tokens: agentsAt(audiences.api),
    sessions,
    organizations,
    origins,
  });
  return {
    organizations,
    people: { sessions, origins },
    authenticator,
    stillAdmitted: authenticator.stillAdmitted,
    mcpAuthenticator: createMcpAuthenticator({
      db,
      clock,
      verify: verifierFor(audiences.mcp),
      agents: agentsAt(audiences.mcp),
    }),
    authenticateSecret: createSecretAuthenticator({ db, accessList, clock }),
  };
}

import type { AgentCaller, TokenAuthenticator } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import type { AccessList } from "./access-list.ts";
import { claimsSchema, scopesOf } from "./claims.ts";
import { tokenIn, type VerifyToken } from "./verify-token.ts";

/** Verified tokens kept in memory: an Ed25519 verification costs about a hundred times as much as finding one here. */
const CACHED_TOKENS = 10_000;

interface Admission {
  caller: AgentCaller;
  accessVersion: number;
  secretVersion: number | undefined;
  expiresAtMs: number;
}

export interface AuthenticatorDependencies {
  /** For the tokens of one audience. */
  verify: VerifyToken;
  accessList: AccessList;
  clock: Clock;
}

/**
 * Tells callers by their access tokens without asking the database: the signature, then what is in memory about
 * revoked access. Answers at once for a token that was seen before.
 */
export function createAuthenticator(dependencies: AuthenticatorDependencies): TokenAuthenticator {
  const { verify, accessList, clock } = dependencies;
  const admissions = new Map<string, Admission>();

  /** The oldest stands first and goes first: a token that is still in use then is verified once more, in 100 µs. */
  function remember(authorization: string, admission: Admission): void {
    admissions.set(authorization, admission);
    if (admissions.size <= CACHED_TOKENS) return;
    const [oldest] = admissions.keys();
    if (oldest !== undefined) admissions.delete(oldest);
  }

  function admit(authorization: string, admission: Admission): AgentCaller {
    const { caller, accessVersion, secretVersion, expiresAtMs } = admission;
    if (expiresAtMs <= clock.now() || accessList.isRevoked(caller.agentId, accessVersion, secretVersion)) {
      admissions.delete(authorization);
      throw identityErrors.invalid_token();
    }
    if (accessList.isSuspended(caller.organizationId)) throw identityErrors.organization_suspended();
    return caller;
  }

  async function examine(authorization: string): Promise<AgentCaller> {
    const token = tokenIn(authorization);
    await accessList.ensureFresh();
    const known = admissions.get(authorization);
    if (known !== undefined) return admit(authorization, known);
    const admission = await admissionOf(token, verify);
    // Looking for a key that is new here may have taken longer than the list stays fresh.
    await accessList.ensureFresh();
    remember(authorization, admission);
    return admit(authorization, admission);
  }

  return {
    authenticate(authorization) {
      const known = admissions.get(authorization);
      return known !== undefined && accessList.isFresh() ? admit(authorization, known) : examine(authorization);
    },
  };
}

async function admissionOf(token: string, verify: VerifyToken): Promise<Admission> {
  const claims = claimsSchema.safeParse(await verify(token));
  if (!claims.success) throw identityErrors.invalid_token({ cause: claims.error });
  const { sub, org, name, fingerprint, public_key, agent_version, secret_version, scope, exp } = claims.data;
  return {
    caller: {
      kind: "agent",
      agentId: sub,
      organizationId: org,
      name,
      fingerprint,
      publicKey: public_key,
      scopes: scopesOf(scope),
    },
    accessVersion: agent_version,
    secretVersion: secret_version,
    expiresAtMs: exp * 1_000,
  };
}

import type { AgentCaller, TokenAuthenticator } from "@reef/http/call";
import { type Scope, scopes } from "@reef/http/contract";
import { type JWTPayload, errors as joseErrors, jwtVerify } from "jose";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import type { AccessList } from "./access-list.ts";
import { claimsSchema } from "./claims.ts";
import { SIGNING_ALGORITHM, type SigningKeys } from "./signing-keys.ts";

/** Verified tokens kept in memory: an Ed25519 verification costs about a hundred times as much as finding one here. */
const CACHED_TOKENS = 10_000;
/** Tokens of this reef are about 800 characters long. */
const MAX_AUTHORIZATION_LENGTH = 4_096;

interface Admission {
  caller: AgentCaller;
  accessVersion: number;
  secretVersion: number | undefined;
  expiresAtMs: number;
}

export interface AuthenticatorDependencies {
  signingKeys: SigningKeys;
  accessList: AccessList;
  issuer: string;
  audience: string;
  clock: Clock;
}

/**
 * Tells callers by their access tokens without asking the database: the signature, then what is in memory about
 * revoked access. Answers at once for a token that was seen before.
 */
export function createAuthenticator(dependencies: AuthenticatorDependencies): TokenAuthenticator {
  const { accessList, clock } = dependencies;
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
    return caller;
  }

  async function examine(authorization: string): Promise<AgentCaller> {
    const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined || authorization.length > MAX_AUTHORIZATION_LENGTH) throw identityErrors.invalid_token();
    await accessList.ensureFresh();
    const known = admissions.get(authorization);
    if (known !== undefined) return admit(authorization, known);
    const admission = await verify(token, dependencies);
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

async function verify(
  token: string,
  { signingKeys, issuer, audience, clock }: AuthenticatorDependencies,
): Promise<Admission> {
  const claims = claimsSchema.safeParse(await verifiedPayload(token));
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
      scopes: new Set(scope.split(" ").filter((word): word is Scope => Object.hasOwn(scopes, word))),
    },
    accessVersion: agent_version,
    secretVersion: secret_version,
    expiresAtMs: exp * 1_000,
  };

  async function verifiedPayload(jwt: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(
        jwt,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await signingKeys.findPublicKey(kid);
          if (key === undefined) throw new joseErrors.JWKSNoMatchingKey();
          return key;
        },
        { issuer, audience, typ: "at+jwt", algorithms: [SIGNING_ALGORITHM], currentDate: new Date(clock.now()) },
      );
      return payload;
    } catch (cause) {
      if (cause instanceof joseErrors.JOSEError) throw identityErrors.invalid_token({ cause });
      throw cause;
    }
  }
}

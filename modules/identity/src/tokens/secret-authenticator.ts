import { constantTimeEqual, type Id, randomToken, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Caller } from "@reef/http/call";
import { idSchema, type Scope, scopes } from "@reef/http/contract";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import { findAgent, type StoredAgent } from "../store/agents.ts";
import type { AccessList } from "./access-list.ts";

/** A secret that was right is not compared again for this long; a change of access ends that at once. */
const REMEMBER_MS = 60_000;
const WINDOW_MS = 60_000;
const FAILURES = 5;
/** How many secrets, and how many clients that failed, are remembered; the oldest goes first. */
const CAPACITY = 10_000;

const agentId = idSchema("agt");
const allScopes: ReadonlySet<Scope> = new Set(Object.keys(scopes) as Scope[]);

export interface SecretAuthenticatorDependencies {
  db: Connection;
  accessList: AccessList;
  clock: Clock;
}

interface Admission {
  caller: Caller;
  accessVersion: number;
  secretVersion: number;
  until: number;
}

/** Tells callers by their client id and secret, for simple clients that cannot get a token. */
export type AuthenticateSecret = (clientId: string, clientSecret: string) => Promise<Caller>;

/**
 * Answers from memory for a minute after a secret was right, and asks the list of access changes each time. Wrong secrets
 * are counted for each client, in this process: a secret that is remembered as right goes on meanwhile, so that whoever
 * guesses does not lock the agent itself out.
 */
export function createSecretAuthenticator(dependencies: SecretAuthenticatorDependencies): AuthenticateSecret {
  const { accessList, clock } = dependencies;
  const admissions = new Map<string, Admission>();
  const running = new Map<string, Promise<Admission>>();
  const failures = createFailures(clock);
  const nobody = sha256Hex(randomToken());

  /** Reads the agent and compares. An unknown client costs the same reading and the same comparison. */
  async function examine(clientId: string, secretHash: string): Promise<Admission> {
    failures.check(clientId);
    const agent = agentId.safeParse(clientId).success
      ? await findAgent(dependencies.db, clientId as Id<"agt">)
      : undefined;
    const right = constantTimeEqual(secretHash, agent?.secretHash ?? nobody);
    if (agent === undefined || !right || agent.disabled) {
      failures.count(clientId);
      throw identityErrors.invalid_credentials();
    }
    failures.forget(clientId);
    const { accessVersion, secretVersion } = agent;
    return { caller: callerOf(agent), accessVersion, secretVersion, until: clock.monotonic() + REMEMBER_MS };
  }

  return async (clientId, clientSecret) => {
    await accessList.ensureFresh();
    const secretHash = sha256Hex(clientSecret);
    // The digest has a fixed length, so the two cannot be divided in another way.
    const key = `${secretHash}${sha256Hex(clientId)}`;
    const known = admissions.get(key);
    if (known !== undefined && known.until > clock.monotonic() && !isRevoked(known)) return known.caller;
    admissions.delete(key);
    // Requests that come together share one reading.
    const examination = running.get(key) ?? examine(clientId, secretHash).finally(() => running.delete(key));
    running.set(key, examination);
    const admission = await examination;
    // The list may know by now of a change that the reading came too early for.
    if (isRevoked(admission)) throw identityErrors.invalid_credentials();
    remember(admissions, key, admission);
    return admission.caller;
  };

  function isRevoked({ caller, accessVersion, secretVersion }: Admission): boolean {
    return accessList.isRevoked(caller.agentId, accessVersion, secretVersion);
  }
}

const callerOf = (agent: StoredAgent): Caller => ({
  kind: "agent",
  agentId: agent.id,
  organizationId: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
  publicKey: agent.publicKey,
  scopes: allScopes,
});

/** Wrong secrets by client: five within a minute, and the client waits for a minute. */
function createFailures(clock: Clock) {
  const counts = new Map<string, { count: number; until: number }>();
  // A client id may be as long as a header; its digest is not.
  const find = (clientId: string) => {
    const key = sha256Hex(clientId);
    const entry = counts.get(key);
    return { key, entry: entry !== undefined && entry.until > clock.monotonic() ? entry : undefined };
  };
  return {
    /** @throws identity.too_many_failures */
    check(clientId: string): void {
      const { entry } = find(clientId);
      if (entry === undefined || entry.count < FAILURES) return;
      const retryAfterSeconds = Math.max(1, Math.ceil((entry.until - clock.monotonic()) / 1_000));
      throw identityErrors.too_many_failures({ retryAfterSeconds });
    },
    count(clientId: string): void {
      const { key, entry = { count: 0, until: clock.monotonic() + WINDOW_MS } } = find(clientId);
      const count = entry.count + 1;
      remember(counts, key, { count, until: count < FAILURES ? entry.until : clock.monotonic() + WINDOW_MS });
    },
    forget(clientId: string): void {
      counts.delete(sha256Hex(clientId));
    },
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= CAPACITY) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

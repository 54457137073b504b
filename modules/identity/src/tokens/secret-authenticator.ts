import { constantTimeEqual, type Id, randomToken, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller } from "@reef/http/call";
import { idSchema, type Scope, scopes } from "@reef/http/contract";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import { findAgent, type StoredAgent } from "../store/agents.ts";
import type { AccessList } from "./access-list.ts";
import { hourOf, noteSignIn } from "./last-seen.ts";

/** A secret that was right is not compared again until it was unused for this long; a change of access ends that at once. */
const REMEMBER_MS = 60_000;
const WINDOW_MS = 60_000;
const FAILURES = 5;
/** How many secrets, and how many clients at addresses that failed, are remembered; the oldest goes first. */
const CAPACITY = 10_000;

const agentId = idSchema("agt");
const allScopes: ReadonlySet<Scope> = new Set(Object.keys(scopes) as Scope[]);

export interface SecretAuthenticatorDependencies {
  db: Connection;
  accessList: AccessList;
  clock: Clock;
}

interface Admission {
  agent: StoredAgent;
  caller: AgentCaller;
  /** The hour in which the agent was last noted to be there. */
  seenAt: Date;
}

/** Tells callers by their client id and secret, and the address they call from, for clients that cannot get a token. */
export type AuthenticateSecret = (clientId: string, clientSecret: string, address: string) => Promise<AgentCaller>;

/**
 * Answers from memory for a minute after a secret was last right, and asks the list of access changes each time. Wrong
 * secrets are counted for each client and address, in this process. That only slows down who guesses 256 random bits in
 * vain: a right secret passes whatever the count is, so that knowing an agent's id, as anybody may, locks no agent out.
 */
export function createSecretAuthenticator(dependencies: SecretAuthenticatorDependencies): AuthenticateSecret {
  const { accessList, clock } = dependencies;
  const admissions = new Map<string, Admission & { until: number }>();
  const running = new Map<string, Promise<Admission | undefined>>();
  const failures = createFailures(clock);
  const nobody = sha256Hex(randomToken());

  /** Reads the agent and compares. An unknown client costs the same reading and the same comparison. */
  async function examine(clientId: string, secretHash: string): Promise<Admission | undefined> {
    const agent = agentId.safeParse(clientId).success
      ? await findAgent(dependencies.db, clientId as Id<"agt">)
      : undefined;
    const right = constantTimeEqual(secretHash, agent?.secretHash ?? nobody);
    if (agent === undefined || !right || agent.disabled) return undefined;
    return { agent, caller: callerOf(agent), seenAt: agent.lastSeenAt ?? new Date(0) };
  }

  return async (clientId, clientSecret, address) => {
    await accessList.ensureFresh();
    const secretHash = sha256Hex(clientSecret);
    // The digest has a fixed length, so the two cannot be divided in another way.
    const key = `${secretHash}${sha256Hex(clientId)}`;
    const known = admissions.get(key);
    if (known !== undefined && known.until > clock.monotonic() && !isRevoked(known)) return admit(key, known);
    admissions.delete(key);
    // Counted before the reading, so that guesses that come in one instant are counted as well.
    const failure = failures.begin(clientId, address);
    // Requests that come together share one reading.
    const examination = running.get(key) ?? examine(clientId, secretHash).finally(() => running.delete(key));
    running.set(key, examination);
    const admission = await examination;
    // The reading may have taken longer than the list stays fresh.
    await accessList.ensureFresh();
    // The list may know by now of a change that the reading came too early for.
    if (admission === undefined || isRevoked(admission)) throw failure.problem();
    failure.forget();
    return admit(key, admission);
  };

  /**
   * An agent that calls at least once a minute is not read again: who floods the database does not hold it up.
   *
   * @throws identity.organization_suspended
   */
  function admit(key: string, { agent, caller, seenAt }: Admission): AgentCaller {
    if (accessList.isSuspended(agent.organizationId)) throw identityErrors.organization_suspended();
    const hour = hourOf(clock);
    remember(admissions, key, { agent, caller, seenAt: hour, until: clock.monotonic() + REMEMBER_MS });
    // Not waited for, and it cannot fail.
    if (seenAt < hour) void noteSignIn(dependencies.db, clock, agent);
    return caller;
  }

  function isRevoked({ agent: { id, accessVersion, secretVersion } }: Admission): boolean {
    return accessList.isRevoked(id, accessVersion, secretVersion);
  }
}

const callerOf = (agent: StoredAgent): AgentCaller => ({
  kind: "agent",
  agentId: agent.id,
  organizationId: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
  publicKey: agent.publicKey,
  scopes: allScopes,
});

/** Wrong secrets by client and address: after five within a minute, each further one is told to wait for a minute. */
function createFailures(clock: Clock) {
  const counts = new Map<string, { count: number; until: number }>();
  return {
    /** Counts a secret as wrong until it turns out to be right. */
    begin(clientId: string, address: string) {
      // A client id may be as long as a header; its digest is not.
      const key = sha256Hex(`${sha256Hex(clientId)}${address}`);
      const now = clock.monotonic();
      const known = counts.get(key);
      const { count, until } = known !== undefined && known.until > now ? known : { count: 0, until: now + WINDOW_MS };
      // Who was refused already does not wait any longer for trying again.
      const entry = { count: count + 1, until: count + 1 === FAILURES ? now + WINDOW_MS : until };
      remember(counts, key, entry);
      return {
        forget: () => counts.delete(key),
        /** identity.invalid_credentials or identity.too_many_failures */
        problem() {
          if (entry.count <= FAILURES) return identityErrors.invalid_credentials();
          const retryAfterSeconds = Math.max(1, Math.ceil((entry.until - clock.monotonic()) / 1_000));
          return identityErrors.too_many_failures({ retryAfterSeconds });
        },
      };
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

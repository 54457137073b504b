import { randomUUID } from "node:crypto";
import { type Id, sha256Hex, toUuid } from "@reef/crypto";
import { type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Problem } from "@reef/errors";
import type { Call, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { PublicAgent } from "@reef/identity/contract";
import { frameSigningBytes, RESERVED_PREFIX, SIGNING_DOMAIN, verifySignature } from "@reef/proofs";
import type { SignedMessage } from "../api.ts";
import type { Clock } from "../clock.ts";
import type { SigningRequest } from "../contract.ts";
import { signingErrors } from "../errors.ts";
import * as store from "../store/requests.ts";
import { canonicalSignature } from "./signatures.ts";

export interface RequestDependencies {
  clock: Clock;
  cursors: Cursors;
  identity: Pick<IdentityApi, "listAgentsById">;
}

type Agents = ReadonlyMap<Id<"agt">, Pick<PublicAgent, "name" | "fingerprint">>;

const LIST = "signing.requests";
const TTL_MS = 300_000;
const MAX_PENDING = 100;

/** Messages that an agent is asked to sign with its own key, and what it answered. */
export function createRequests({ clock, cursors, identity }: RequestDependencies) {
  const now = () => new Date(clock.now());

  /**
   * A request of the caller's own, or for a person of the organization's.
   *
   * @throws signing.not_found when it is unknown **or** somebody else's: existence is not revealed.
   */
  async function getReadable({ caller, db }: Call<MemberCaller>, id: string): Promise<store.StoredRequest> {
    const request = await store.findRequest(db, caller, id);
    if (request === undefined) throw signingErrors.not_found({ internal: { id } });
    return request;
  }

  async function tooManyPending({ caller, db }: Call): Promise<Problem> {
    const first = (await store.findNextExpiry(db, caller, now())) ?? now();
    const retryAfterSeconds = Math.max(1, Math.ceil((first.getTime() - clock.now()) / 1_000));
    return signingErrors.too_many_pending({ retryAfterSeconds });
  }

  /** Whose requests these are, as they are shown: the caller by its token, for a person the agents as they are now. */
  async function agentsOf(
    { caller, db }: Call<MemberCaller>,
    requests: readonly store.StoredRequest[],
  ): Promise<Agents> {
    if (caller.kind === "agent") return new Map([[caller.agentId, caller]]);
    const agentIds = new Set(requests.map(({ agentId }) => agentId));
    return identity.listAgentsById(db, caller.organizationId, [...agentIds]);
  }

  const view = async (call: Call<MemberCaller>, request: store.StoredRequest): Promise<SigningRequest> =>
    viewOf(request, await agentsOf(call, [request]), now());

  /** @throws signing.already_completed, signing.expired */
  function requirePending({ completion, expiresAt }: store.StoredRequest): void {
    if (completion !== undefined) throw signingErrors.already_completed();
    if (expiresAt <= now()) throw signingErrors.expired();
  }

  return {
    /**
     * Asks for a message to be signed within 300 seconds.
     *
     * @throws signing.reserved_message, signing.too_many_pending
     */
    async createSigningRequest(call: Call, message: string): Promise<SigningRequest> {
      if (message.startsWith(RESERVED_PREFIX)) throw signingErrors.reserved_message();
      const createdAt = now();
      const request = {
        message,
        messageHash: sha256Hex(message),
        nonce: randomUUID(),
        createdAt,
        expiresAt: new Date(createdAt.getTime() + TTL_MS),
      };
      const stored = await transact(call.db, async (db) => {
        await store.lockOwner(db, call.caller);
        const inserted = await store.insertRequest(db, call.caller, request, MAX_PENDING);
        if (inserted === undefined) throw await tooManyPending({ ...call, db });
        return inserted;
      });
      return view(call, stored);
    },

    /** The caller's own requests, for a person all of the organization's; newest first. @throws list.invalid_cursor */
    async listSigningRequests(
      call: Call<MemberCaller>,
      query: { limit: number; cursor?: string | undefined; status?: SigningRequest["status"][] | undefined },
    ): Promise<Page<SigningRequest>> {
      const { caller, db } = call;
      const { limit, cursor, status: statuses } = query;
      const before = cursor === undefined ? undefined : String(cursors.decode(LIST, cursor)[0]);
      const at = now();
      const found = await store.listRequests(db, caller, { limit: limit + 1, before, statuses, now: at });
      const { items, nextCursor, total } = pageOf(found.requests, limit, found.total, ({ id }) =>
        cursors.encode(LIST, [toUuid(id)]),
      );
      const agents = await agentsOf(call, items);
      return { items: await Promise.all(items.map((request) => viewOf(request, agents, at))), nextCursor, total };
    },

    /** @throws signing.not_found */
    getSigningRequest: async (call: Call<MemberCaller>, id: string): Promise<SigningRequest> =>
      view(call, await getReadable(call, id)),

    /**
     * Answers a request, with whatever was sent: a wrong signature completes it as well. Checked by the key in the caller's
     * token, which is stored with the answer; so a signature stays what it was when the agent later changes its key.
     *
     * @throws signing.not_found, signing.expired, signing.already_completed
     */
    async submitSignature(call: Call, id: string, given: string): Promise<SigningRequest> {
      const { agentId, name, fingerprint, publicKey } = call.caller;
      const request = await getReadable(call, id);
      requirePending(request);
      const frame = await frameSigningBytes(SIGNING_DOMAIN, request.message, request.nonce);
      const signature = canonicalSignature(given);
      const valid = signature !== undefined && (await verifySignature(publicKey, frame, signature));
      const completed = await store.completeRequest(call.db, call.caller, id, {
        completedAt: now(),
        signature: signature ?? given,
        valid,
        signer: { agentId, name, fingerprint, publicKey },
      });
      if (completed !== undefined) return view(call, completed);
      // Another answer came between, or the time ran out.
      requirePending(await getReadable(call, id));
      throw signingErrors.expired();
    },

    /** The caller's own signed message. @throws signing.not_found, signing.not_signed */
    async getSigned(call: Call, id: string): Promise<SignedMessage> {
      const { message, nonce, completion } = await getReadable(call, id);
      if (completion?.valid !== true) throw signingErrors.not_signed();
      return { message, nonce, signature: completion.signature, publicKey: completion.signer.publicKey };
    },
  };
}

async function viewOf(request: store.StoredRequest, agents: Agents, now: Date): Promise<SigningRequest> {
  const { id, agentId, message, nonce, createdAt, expiresAt, completion } = request;
  const agent = agents.get(agentId);
  if (agent === undefined) throw new Error("The agent of a signing request is not there.");
  const frame = await frameSigningBytes(SIGNING_DOMAIN, message, nonce);
  return {
    id,
    agentId,
    agent: { id: agentId, name: agent.name, fingerprint: agent.fingerprint },
    message,
    nonce,
    signingInput: Buffer.from(frame).toString("base64"),
    status: completion !== undefined ? "completed" : expiresAt <= now ? "expired" : "pending",
    signature: completion?.signature ?? null,
    valid: completion?.valid ?? null,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    completedAt: completion?.completedAt.toISOString() ?? null,
  };
}

export type Requests = ReturnType<typeof createRequests>;

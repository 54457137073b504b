import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, listErrors, type Page, pageOf } from "@reef/db";
import type { Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { LedgerCheckpoint } from "@reef/proofs";
import type { Activity, AuditHead, AuditRecord } from "../contract.ts";
import { signingErrors } from "../errors.ts";
import * as store from "../store/ledger.ts";
import { activityOf } from "./activity.ts";
import type { Ledger } from "./ledger.ts";

export interface AuditDependencies {
  cursors: Cursors;
  identity: Pick<IdentityApi, "findKey" | "isFounder">;
  ledger: Pick<Ledger, "checkpointHead">;
}

interface AuditQuery {
  limit: number;
  cursor?: string | undefined;
  order: "newest" | "oldest";
  /** An agent's fingerprint or a person's id. */
  actor?: string | undefined;
  operation?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

type ActivityQuery = Pick<AuditQuery, "limit" | "cursor" | "actor" | "after">;

const EXPORT = "signing.export";

/** Reading an organization's ledger: whole for its admins and its founding agent, in short for all of its people. */
export function createAudit({ cursors, identity, ledger }: AuditDependencies) {
  /** People are let in by their role, which the route names. @throws signing.forbidden for any agent but the founding one. */
  async function requireReader({ caller, db }: Call<MemberCaller>): Promise<void> {
    if (caller.kind === "person") return;
    if (!(await identity.isFounder(db, caller.organizationId, caller.agentId))) throw signingErrors.forbidden();
  }

  /** Whom a list is narrowed to; null for an agent that does not exist, which has done nothing. */
  async function findActor(db: Connection, actor: string | undefined): Promise<store.RecordFilter["actorId"] | null> {
    if (actor === undefined || actor.startsWith("usr_")) return actor as Id<"usr"> | undefined;
    return (await identity.findKey(db, actor))?.agentId ?? null;
  }

  async function listRecords({ caller, db }: Call<MemberCaller>, list: string, query: AuditQuery) {
    const { limit, order, operation } = query;
    const beyond = query.cursor === undefined ? undefined : Number(cursors.decode(list, query.cursor)[0]);
    const actorId = await findActor(db, query.actor);
    if (actorId === null) return { items: [], nextCursor: null, total: 0 };
    const filter = { actorId, operation, after: momentOf(query.after), before: momentOf(query.before) };
    const page = { order, beyond, limit: limit + 1 };
    const { records, total } = await store.listRecords(db, caller.organizationId, filter, page);
    return pageOf(records, limit, total, ({ position }) => cursors.encode(list, [position]));
  }

  return {
    /** Who did what, page by page. @throws signing.forbidden, list.invalid_cursor */
    async listAuditRecords(call: Call<MemberCaller>, query: AuditQuery): Promise<Page<AuditRecord>> {
      await requireReader(call);
      const page = await listRecords(call, `signing.audit:${query.order}`, query);
      return { ...page, items: page.items.map(recordView) };
    },

    /** The same in short, newest first. @throws list.invalid_cursor */
    async listActivity(call: Call<PersonCaller>, query: ActivityQuery): Promise<Page<Activity>> {
      const page = await listRecords(call, "signing.activity", { ...query, order: "newest" });
      return { ...page, items: page.items.map(activityOf) };
    },

    /** Where the ledger ends, signed. @throws signing.forbidden */
    async getAuditHead(call: Call<MemberCaller>): Promise<AuditHead> {
      await requireReader(call);
      const head = await ledger.checkpointHead(call.db, call.caller.organizationId);
      return head === undefined
        ? { position: 0, hash: null, checkpoint: null }
        : { ...head, checkpoint: checkpointView(head.checkpoint) };
    },

    /**
     * The ledger as lines. The first page signs the end of the ledger, and the cursors hold on to it: so all pages together
     * are one state of it, whose last line is a checkpoint.
     *
     * @throws signing.forbidden, list.invalid_cursor
     */
    async exportAudit(
      call: Call<MemberCaller>,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<string>> {
      await requireReader(call);
      const { db, caller } = call;
      const { organizationId } = caller;
      const { beyond, upTo } = query.cursor === undefined ? await start(call) : placeOf(query.cursor);
      const lines = await store.listLines(db, organizationId, { beyond, upTo, limit: query.limit + 1 });
      const total = upTo + (await store.countCheckpoints(db, organizationId, upTo));
      const { items, nextCursor } = pageOf(lines, query.limit, total, ({ place }) =>
        cursors.encode(EXPORT, [place.position, place.isCheckpoint ? 1 : 0, upTo]),
      );
      return { items: items.map(({ line }) => line), nextCursor, total };
    },
  };

  async function start({ db, caller }: Call<MemberCaller>): Promise<{ beyond: store.LinePlace; upTo: number }> {
    const head = await ledger.checkpointHead(db, caller.organizationId);
    return { beyond: { position: 0, isCheckpoint: true }, upTo: head?.position ?? 0 };
  }

  function placeOf(cursor: string): { beyond: store.LinePlace; upTo: number } {
    const [position, isCheckpoint, upTo] = cursors.decode(EXPORT, cursor).map(Number);
    if (position === undefined || upTo === undefined) throw listErrors.invalid_cursor();
    return { beyond: { position, isCheckpoint: isCheckpoint === 1 }, upTo };
  }
}

const momentOf = (time: string | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

/** A record with what its text says; the text was written by this module, in the form that the contract names. */
const recordView = ({ canonical, hash }: store.StoredRecord): AuditRecord => ({
  hash,
  canonical,
  record: JSON.parse(canonical) as AuditRecord["record"],
});

const checkpointView = ({ canonical, signature }: store.StoredCheckpoint) => ({
  canonical,
  signature,
  checkpoint: JSON.parse(canonical) as LedgerCheckpoint & { organizationId: `org_${string}` },
});

export type Audit = ReturnType<typeof createAudit>;

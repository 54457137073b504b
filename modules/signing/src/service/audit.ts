import { type Cursors, listErrors, type Page, pageOf } from "@reef/db";
import type { Call } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { LedgerCheckpoint } from "@reef/proofs";
import type { AuditHead, AuditRecord } from "../contract.ts";
import { signingErrors } from "../errors.ts";
import * as store from "../store/ledger.ts";
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
  /** A fingerprint. */
  actor?: string | undefined;
  operation?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

const EXPORT = "signing.export";

/** Reading an organization's ledger: for its founding agent. */
export function createAudit({ cursors, identity, ledger }: AuditDependencies) {
  /** @throws signing.forbidden */
  async function requireFounder({ caller, db }: Call): Promise<void> {
    if (!(await identity.isFounder(db, caller.organizationId, caller.agentId))) throw signingErrors.forbidden();
  }

  return {
    /** Who did what, page by page. @throws signing.forbidden, list.invalid_cursor */
    async listAuditRecords(call: Call, query: AuditQuery): Promise<Page<AuditRecord>> {
      const { caller, db } = call;
      await requireFounder(call);
      const { limit, order, actor, operation } = query;
      const list = `signing.audit:${order}`;
      const beyond = query.cursor === undefined ? undefined : Number(cursors.decode(list, query.cursor)[0]);
      const agent = actor === undefined ? undefined : await identity.findKey(db, actor);
      // An agent that does not exist has done nothing; without this, no filter would be left of it.
      if (actor !== undefined && agent === undefined) return { items: [], nextCursor: null, total: 0 };
      const filter = {
        actorId: agent?.agentId,
        operation,
        after: momentOf(query.after),
        before: momentOf(query.before),
      };
      const page = { order, beyond, limit: limit + 1 };
      const { records, total } = await store.listRecords(db, caller.organizationId, filter, page);
      const { items, nextCursor } = pageOf(records, limit, total, ({ position }) => cursors.encode(list, [position]));
      return { items: items.map(recordView), nextCursor, total };
    },

    /** Where the ledger ends, signed. @throws signing.forbidden */
    async getAuditHead(call: Call): Promise<AuditHead> {
      await requireFounder(call);
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
    async exportAudit(call: Call, query: { limit: number; cursor?: string | undefined }): Promise<Page<string>> {
      await requireFounder(call);
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

  async function start({ db, caller }: Call): Promise<{ beyond: store.LinePlace; upTo: number }> {
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

import { type Id, newId, randomToken, sha256Hex } from "@reef/crypto";
import { type Connection, type Page, pageOf, transact } from "@reef/db";
import type { Call } from "@reef/http/call";
import type { IssuedVoucher, Voucher, VoucherEdge } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { hasAgents, lockAgent } from "../store/agents.ts";
import {
  countActiveVouchers,
  countEdges,
  deleteFoundingVouchers,
  insertVoucher,
  listActiveVouchers,
  listEdges,
  lockVouchers,
} from "../store/vouchers.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { edgeView, voucherView } from "./views.ts";

const VOUCHER_TTL_MS = 86_400_000;
const ACTIVE_VOUCHERS = 5;
const LIST = "identity.listVouchers";
const GRAPH = "identity.listVoucherGraph";

/** How agents let others join. */
export function createVouchers({ clock, cursors }: ServiceDependencies) {
  function newVoucher() {
    const code = randomToken();
    const createdAt = new Date(clock.now());
    const expiresAt = new Date(createdAt.getTime() + VOUCHER_TTL_MS);
    return { code, stored: { id: newId("vch"), codeHash: sha256Hex(code), createdAt, expiresAt } };
  }

  return {
    /** Issues a voucher for 24 hours. @throws identity.voucher_limit when the caller has five active ones. */
    async issueVoucher({ caller, db }: Call): Promise<IssuedVoucher> {
      const { agentId, organizationId } = caller;
      const voucher = newVoucher();
      await transact(db, async (transaction) => {
        // Requests at the same moment wait here for each other, so that each counts what the one before it issued.
        await lockAgent(transaction, organizationId, { id: agentId });
        const now = voucher.stored.createdAt;
        const { count, firstExpiresAt } = await countActiveVouchers(transaction, organizationId, agentId, now);
        if (count >= ACTIVE_VOUCHERS) throw limitReached(firstExpiresAt, now);
        await insertVoucher(transaction, { organizationId, agentId }, voucher.stored);
      });
      return { ...voucherView(voucher.stored, caller), code: voucher.code };
    },

    /** The caller's vouchers that are neither spent nor expired. @throws list.invalid_cursor */
    async listVouchers(
      { caller, db }: Call,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Voucher>> {
      const { agentId, organizationId } = caller;
      const now = new Date(clock.now());
      const before = page.cursor === undefined ? undefined : (cursors.decode(LIST, page.cursor)[0] as Id<"vch">);
      const rows = await listActiveVouchers(db, organizationId, agentId, { now, limit: page.limit + 1, before });
      const { count } = await countActiveVouchers(db, organizationId, agentId, now);
      const { items, nextCursor, total } = pageOf(rows, page.limit, count, ({ id }) => cursors.encode(LIST, [id]));
      return { items: items.map((row) => voucherView(row, caller)), nextCursor, total };
    },

    /** Who let whom into the caller's organization, the newest first. @throws list.invalid_cursor */
    async listVoucherGraph(
      { caller, db }: Call,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<VoucherEdge>> {
      const { organizationId } = caller;
      const [redeemedAt, id] = page.cursor === undefined ? [] : cursors.decode(GRAPH, page.cursor);
      const before = id === undefined ? undefined : { redeemedAt: new Date(Number(redeemedAt)), id: id as Id<"vch"> };
      const rows = await listEdges(db, organizationId, { limit: page.limit + 1, before });
      const count = await countEdges(db, organizationId);
      const { items, nextCursor, total } = pageOf(rows, page.limit, count, (edge) =>
        cursors.encode(GRAPH, [edge.redeemedAt.getTime(), edge.id]),
      );
      return { items: items.map(edgeView), nextCursor, total };
    },

    /**
     * A voucher with which the first agent founds an organization, in place of any older one; undefined when the reef
     * has an agent already.
     */
    issueFoundingVoucher(db: Connection): Promise<string | undefined> {
      return transact(db, async (transaction) => {
        // A registration with the older voucher may be under way: it ends first, and then there is an agent.
        await lockVouchers(transaction);
        if (await hasAgents(transaction)) return undefined;
        await deleteFoundingVouchers(transaction);
        const voucher = newVoucher();
        await insertVoucher(transaction, undefined, voucher.stored);
        return voucher.code;
      });
    },
  };
}

function limitReached(firstExpiresAt: Date | null, now: Date) {
  const waitMs = (firstExpiresAt ?? now).getTime() - now.getTime();
  return identityErrors.voucher_limit({ retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
}

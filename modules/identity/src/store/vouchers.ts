import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type NotNull, type Selectable, sql } from "kysely";
import type { IdentityTables } from "../schema.ts";
import { tables } from "./tables.ts";

type Vouchers = Selectable<IdentityTables["identity.vouchers"]>;

/** A voucher as the rest of the module sees it; its code is nowhere. */
export interface StoredVoucher {
  id: Id<"vch">;
  createdAt: Date;
  expiresAt: Date;
}

const voucherOf = (row: Pick<Vouchers, "id" | "created_at" | "expires_at">): StoredVoucher => ({
  id: toTypeId("vch", row.id),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

/** A voucher that was spent: whose it was, and who joined with it. */
export interface StoredEdge {
  id: Id<"vch">;
  issuer: { fingerprint: string; name: string };
  redeemer: { fingerprint: string; name: string };
  redeemedAt: Date;
}

/** Stores a voucher by the digest of its code; `issuer` is undefined for the founding one. */
export async function insertVoucher(
  db: Connection,
  issuer: { organizationId: Id<"org">; agentId: Id<"agt"> } | undefined,
  voucher: StoredVoucher & { codeHash: string },
): Promise<void> {
  await tables(db)
    .insertInto("identity.vouchers")
    .values({
      id: toUuid(voucher.id),
      organization_id: issuer === undefined ? null : toUuid(issuer.organizationId),
      issuer_agent_id: issuer === undefined ? null : toUuid(issuer.agentId),
      code_hash: voucher.codeHash,
      created_at: voucher.createdAt,
      expires_at: voucher.expiresAt,
      redeemed_by: null,
      redeemed_at: null,
    })
    .execute();
}

/**
 * Spends a voucher for `agentId`, in one statement: of many at once, one gets it.
 *
 * @returns the organization that the agent joins (undefined: it founds one), or undefined when the code is unknown,
 * used or expired, or its issuer is disabled.
 */
export async function redeemVoucher(
  db: Connection,
  voucher: { codeHash: string; agentId: Id<"agt">; now: Date },
): Promise<{ organizationId: Id<"org"> | undefined } | undefined> {
  const row = await tables(db)
    .updateTable("identity.vouchers")
    .set({ redeemed_by: toUuid(voucher.agentId), redeemed_at: voucher.now })
    .where("code_hash", "=", voucher.codeHash)
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", voucher.now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("identity.agents")
            .select("identity.agents.id")
            .whereRef("identity.agents.id", "=", "identity.vouchers.issuer_agent_id")
            .where("identity.agents.disabled_at", "is not", null),
        ),
      ),
    )
    .returning("organization_id")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { organizationId: row.organization_id === null ? undefined : toTypeId("org", row.organization_id) };
}

/** Waits for running redemptions and keeps new ones out until the transaction ends. */
export async function lockVouchers(db: Connection): Promise<void> {
  await sql`lock table identity.vouchers in share row exclusive mode`.execute(db);
}

export async function deleteFoundingVouchers(db: Connection): Promise<void> {
  await tables(db)
    .deleteFrom("identity.vouchers")
    .where("issuer_agent_id", "is", null)
    .where("redeemed_at", "is", null)
    .execute();
}

/** How many of an agent's vouchers are neither spent nor expired, and when the first of them expires. */
export async function countActiveVouchers(
  db: Connection,
  organizationId: Id<"org">,
  issuerId: Id<"agt">,
  now: Date,
): Promise<{ count: number; firstExpiresAt: Date | null }> {
  return tables(db)
    .selectFrom("identity.vouchers")
    .select((select) => [
      select.fn.countAll<number>().as("count"),
      select.fn.min<Date | null>("expires_at").as("firstExpiresAt"),
    ])
    .where("organization_id", "=", toUuid(organizationId))
    .where("issuer_agent_id", "=", toUuid(issuerId))
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
}

/** One page of an agent's active vouchers, newest first: those with an id below `before`. */
export async function listActiveVouchers(
  db: Connection,
  organizationId: Id<"org">,
  issuerId: Id<"agt">,
  page: { now: Date; limit: number; before: Id<"vch"> | undefined },
): Promise<StoredVoucher[]> {
  const { before } = page;
  const rows = await tables(db)
    .selectFrom("identity.vouchers")
    .select(["id", "created_at", "expires_at"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("issuer_agent_id", "=", toUuid(issuerId))
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", page.now)
    .$if(before !== undefined, (query) => query.where("id", "<", toUuid(before as Id<"vch">)))
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(voucherOf);
}

/** One page of the organization's spent vouchers, the last spent first: those spent before `before`. */
export async function listEdges(
  db: Connection,
  organizationId: Id<"org">,
  page: { limit: number; before: { redeemedAt: Date; id: Id<"vch"> } | undefined },
): Promise<StoredEdge[]> {
  const { before } = page;
  const rows = await tables(db)
    .selectFrom("identity.vouchers as voucher")
    .innerJoin("identity.agents as issuer", "issuer.id", "voucher.issuer_agent_id")
    .innerJoin("identity.agents as redeemer", "redeemer.id", "voucher.redeemed_by")
    .select(["voucher.id", "voucher.redeemed_at"])
    .select(["issuer.fingerprint as issuer_fingerprint", "issuer.name as issuer_name"])
    .select(["redeemer.fingerprint as redeemer_fingerprint", "redeemer.name as redeemer_name"])
    .where("voucher.organization_id", "=", toUuid(organizationId))
    .where("voucher.redeemed_at", "is not", null)
    .$narrowType<{ redeemed_at: NotNull }>()
    .$if(before !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple("voucher.redeemed_at", "voucher.id"),
          "<",
          tuple(before?.redeemedAt as Date, toUuid(before?.id as Id<"vch">)),
        ),
      ),
    )
    .orderBy("voucher.redeemed_at", "desc")
    .orderBy("voucher.id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: toTypeId("vch", row.id),
    issuer: { fingerprint: row.issuer_fingerprint, name: row.issuer_name },
    redeemer: { fingerprint: row.redeemer_fingerprint, name: row.redeemer_name },
    redeemedAt: row.redeemed_at,
  }));
}

/** How many of the organization's vouchers were spent. */
export async function countEdges(db: Connection, organizationId: Id<"org">): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("identity.vouchers")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("organization_id", "=", toUuid(organizationId))
    .where("redeemed_at", "is not", null)
    .executeTakeFirstOrThrow();
  return count;
}

import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type NotNull, sql } from "kysely";
import { tables } from "../people/store/tables.ts";

/** Whose voucher it is: an agent's, or a person's. */
export type IssuerId = { agentId: Id<"agt"> } | { personId: Id<"usr"> };

/** Who issued a voucher, as others of the organization know them. */
type StoredIssuer = { fingerprint: string; name: string } | { personId: Id<"usr">; name: string };

/** A voucher as the rest of the module sees it; its code is nowhere. */
export interface StoredVoucher {
  id: Id<"vch">;
  createdAt: Date;
  expiresAt: Date;
}

/** A voucher that was spent: whose it was, and who joined with it. */
export interface StoredEdge {
  id: Id<"vch">;
  issuer: StoredIssuer;
  redeemer: { fingerprint: string; name: string };
  redeemedAt: Date;
}

/** The columns of which `issuerOf` makes an issuer, where the agent and the person were joined to the voucher. */
const ISSUER_COLUMNS = [
  "agent.fingerprint as agent_fingerprint",
  "agent.name as agent_name",
  "person.id as person_id",
  "person.name as person_name",
] as const;

function issuerOf(row: {
  agent_fingerprint: string | null;
  agent_name: string | null;
  person_id: string | null;
  person_name: string | null;
}): StoredIssuer {
  return row.person_id === null
    ? { fingerprint: row.agent_fingerprint ?? "", name: row.agent_name ?? "" }
    : { personId: toTypeId("usr", row.person_id), name: row.person_name ?? "" };
}

const uuidsOf = (issuer: IssuerId | undefined) => ({
  agent: issuer !== undefined && "agentId" in issuer ? toUuid(issuer.agentId) : null,
  person: issuer !== undefined && "personId" in issuer ? toUuid(issuer.personId) : null,
});

/** Stores a voucher by the digest of its code; `issuer` is undefined for the founding one. */
export async function insertVoucher(
  db: Connection,
  issuer: (IssuerId & { organizationId: Id<"org"> }) | undefined,
  voucher: StoredVoucher & { codeHash: string },
): Promise<void> {
  const { agent, person } = uuidsOf(issuer);
  await tables(db)
    .insertInto("identity.vouchers")
    .values({
      id: toUuid(voucher.id),
      organization_id: issuer === undefined ? null : toUuid(issuer.organizationId),
      issuer_agent_id: agent,
      issuer_person_id: person,
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
 * used or expired, when its issuer is disabled or no longer an admin, or when the organization is suspended.
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
    .where(({ and, or, eb, not, exists, selectFrom }) =>
      and([
        not(
          exists(
            selectFrom("identity.agents as issuer")
              .select("issuer.id")
              .whereRef("issuer.id", "=", "identity.vouchers.issuer_agent_id")
              .where("issuer.disabled_at", "is not", null),
          ),
        ),
        or([
          eb("issuer_person_id", "is", null),
          exists(
            selectFrom("identity.members as issuer")
              .select("issuer.id")
              .whereRef("issuer.organization_id", "=", "identity.vouchers.organization_id")
              .whereRef("issuer.person_id", "=", "identity.vouchers.issuer_person_id")
              .where("issuer.role", "!=", "member"),
          ),
        ]),
        not(
          exists(
            selectFrom("identity.organizations as organization")
              .select("organization.id")
              .whereRef("organization.id", "=", "identity.vouchers.organization_id")
              .where("organization.suspended_at", "is not", null),
          ),
        ),
      ]),
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
    .where("organization_id", "is", null)
    .where("redeemed_at", "is", null)
    .execute();
}

/** Vouchers of the organization that are neither spent nor expired: those of one issuer, or with undefined all. */
const activeVouchers = (db: Connection, organizationId: Id<"org">, issuer: IssuerId | undefined, now: Date) => {
  const { agent, person } = uuidsOf(issuer);
  return tables(db)
    .selectFrom("identity.vouchers as voucher")
    .where("voucher.organization_id", "=", toUuid(organizationId))
    .where("voucher.redeemed_at", "is", null)
    .where("voucher.expires_at", ">", now)
    .$if(agent !== null, (query) => query.where("voucher.issuer_agent_id", "=", agent))
    .$if(person !== null, (query) => query.where("voucher.issuer_person_id", "=", person));
};

/** How many vouchers are active, and when the first of them expires. */
export async function countActiveVouchers(
  db: Connection,
  organizationId: Id<"org">,
  issuer: IssuerId | undefined,
  now: Date,
): Promise<{ count: number; firstExpiresAt: Date | null }> {
  return activeVouchers(db, organizationId, issuer, now)
    .select((select) => [
      select.fn.countAll<number>().as("count"),
      select.fn.min<Date | null>("voucher.expires_at").as("firstExpiresAt"),
    ])
    .executeTakeFirstOrThrow();
}

/** One page of active vouchers, newest first: those with an id below `before`. */
export async function listActiveVouchers(
  db: Connection,
  organizationId: Id<"org">,
  issuer: IssuerId | undefined,
  page: { now: Date; limit: number; before: Id<"vch"> | undefined },
): Promise<(StoredVoucher & { issuer: StoredIssuer })[]> {
  const { now, before } = page;
  const rows = await activeVouchers(db, organizationId, issuer, now)
    .leftJoin("identity.agents as agent", "agent.id", "voucher.issuer_agent_id")
    .leftJoin("identity.people as person", "person.id", "voucher.issuer_person_id")
    .select(["voucher.id", "voucher.created_at", "voucher.expires_at"])
    .select(ISSUER_COLUMNS)
    .$if(before !== undefined, (query) => query.where("voucher.id", "<", toUuid(before as Id<"vch">)))
    .orderBy("voucher.id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: toTypeId("vch", row.id),
    issuer: issuerOf(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/**
 * Deletes a voucher that is not spent: of `issuer`, or with undefined anybody's in the organization. False when there is
 * none such.
 */
export async function deleteVoucher(
  db: Connection,
  organizationId: Id<"org">,
  issuer: IssuerId | undefined,
  voucherId: Id<"vch">,
): Promise<boolean> {
  const { agent, person } = uuidsOf(issuer);
  const { numDeletedRows } = await tables(db)
    .deleteFrom("identity.vouchers")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(voucherId))
    .where("redeemed_at", "is", null)
    .$if(agent !== null, (query) => query.where("issuer_agent_id", "=", agent))
    .$if(person !== null, (query) => query.where("issuer_person_id", "=", person))
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Who let these agents of the organization in, at most 100 at once; its founder is left out. */
export async function listIssuers(
  db: Connection,
  organizationId: Id<"org">,
  agentIds: readonly Id<"agt">[],
): Promise<ReadonlyMap<Id<"agt">, StoredIssuer>> {
  if (agentIds.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("identity.vouchers as voucher")
    .leftJoin("identity.agents as agent", "agent.id", "voucher.issuer_agent_id")
    .leftJoin("identity.people as person", "person.id", "voucher.issuer_person_id")
    .select("voucher.redeemed_by")
    .select(ISSUER_COLUMNS)
    .where("voucher.organization_id", "=", toUuid(organizationId))
    .where("voucher.redeemed_by", "in", agentIds.map(toUuid))
    .$narrowType<{ redeemed_by: NotNull }>()
    .execute();
  return new Map(rows.map((row) => [toTypeId("agt", row.redeemed_by), issuerOf(row)]));
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
    .leftJoin("identity.agents as agent", "agent.id", "voucher.issuer_agent_id")
    .leftJoin("identity.people as person", "person.id", "voucher.issuer_person_id")
    .innerJoin("identity.agents as redeemer", "redeemer.id", "voucher.redeemed_by")
    .select(["voucher.id", "voucher.redeemed_at"])
    .select(ISSUER_COLUMNS)
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
    issuer: issuerOf(row),
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

import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Subject } from "@reef/permissions";
import { type Expression, type Selectable, type SqlBool, sql } from "kysely";
import type { Share } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";
import { nameOfDiary } from "./diaries.ts";

type ShareRow = Selectable<MemoryTables["memory.shares"]> & { shown_name: string };

/** Who invited: an agent, whose name is looked up, or a person with the name of then. */
export type Inviter = { agentId: Id<"agt"> } | { personId: Id<"usr">; name: string };

/** A share as the table holds it: which agents and groups it names is known by id only. */
export interface StoredShare extends Pick<Share, "role" | "status" | "diaryName"> {
  id: Id<"shr">;
  diaryId: Id<"dia">;
  subject: Subject;
  invitedBy: Inviter;
  invitedAt: Date;
  respondedAt: Date | null;
}

const toShare = (row: ShareRow): StoredShare => ({
  id: toTypeId("shr", row.id),
  diaryId: toTypeId("dia", row.diary_id),
  diaryName: row.shown_name,
  subject:
    row.subject_type === "agent"
      ? { type: "agent", id: toTypeId("agt", row.subject_id) }
      : { type: "group", id: toTypeId("grp", row.subject_id) },
  role: row.role,
  status: row.status,
  invitedBy:
    row.inviter_name === null
      ? { agentId: toTypeId("agt", row.invited_by) }
      : { personId: toTypeId("usr", row.invited_by), name: row.inviter_name },
  invitedAt: row.invited_at,
  respondedAt: row.responded_at,
});

const inviterColumns = (inviter: Inviter) =>
  "agentId" in inviter
    ? { invited_by: toUuid(inviter.agentId), inviter_name: null }
    : { invited_by: toUuid(inviter.personId), inviter_name: inviter.name };

/** Whose answer an invitation waits for: an agent, also for the groups that it owns. */
export interface Addressee {
  agentId: Id<"agt">;
  /** The ids of the groups, as a subquery. */
  ownedGroups: Expression<string>;
}

const sharesOf = (db: Connection, organizationId: Id<"org">) =>
  tables(db)
    .selectFrom("memory.shares as share")
    .innerJoin("memory.diaries as diary", "diary.id", "share.diary_id")
    .where("share.organization_id", "=", toUuid(organizationId));

/** The diary's present name, but after the end of a share the one under which the diary was offered. */
const SHOWN_NAME = sql<string>`
  case when share.status in ('pending', 'accepted') then diary.name else share.diary_name end`;

const addressedTo = ({ agentId, ownedGroups }: Addressee) =>
  sql<SqlBool>`((share.subject_type = 'agent' and share.subject_id = ${toUuid(agentId)})
    or (share.subject_type = 'group' and share.subject_id in ${ownedGroups}))`;

/**
 * Makes an invitation, or repeats one that was declined or revoked: the same row, in the new role.
 *
 * @returns undefined when the one before is still pending or was accepted.
 */
export async function saveShare(
  db: Connection,
  organizationId: Id<"org">,
  share: Pick<StoredShare, "diaryId" | "subject" | "role" | "status" | "invitedBy">,
): Promise<Id<"shr"> | undefined> {
  const state = {
    role: share.role,
    status: share.status,
    diary_name: nameOfDiary(share.diaryId),
    ...inviterColumns(share.invitedBy),
    invited_at: sql<Date>`now()`,
    responded_at: share.status === "pending" ? null : sql<Date>`now()`,
  };
  const row = await tables(db)
    .insertInto("memory.shares")
    .values({
      id: toUuid(newId("shr")),
      organization_id: toUuid(organizationId),
      diary_id: toUuid(share.diaryId),
      subject_type: share.subject.type,
      subject_id: toUuid(share.subject.id),
      ...state,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["diary_id", "subject_type", "subject_id"])
        .doUpdateSet(state)
        .where("memory.shares.status", "in", ["declined", "revoked"]),
    )
    .returning("id")
    .executeTakeFirst();
  return row && toTypeId("shr", row.id);
}

/** A share of the organization's, and whether it is the addressee's to answer; without one it is nobody's. */
export async function findShare(
  db: Connection,
  organizationId: Id<"org">,
  shareId: string,
  addressee: Addressee | undefined,
): Promise<{ share: StoredShare; isAddressed: boolean } | undefined> {
  const isAddressed = addressee === undefined ? sql<SqlBool>`false` : addressedTo(addressee);
  const row = await sharesOf(db, organizationId)
    .selectAll("share")
    .select([SHOWN_NAME.as("shown_name"), isAddressed.as("is_addressed")])
    .where("share.id", "=", toUuid(shareId as Id<"shr">))
    .executeTakeFirst();
  return row && { share: toShare(row), isAddressed: Boolean(row.is_addressed) };
}

/** Which shares a list holds: of a diary, addressed to somebody, or all of the organization. */
export interface ShareFilter {
  of: { diaryId: string } | { addressee: Addressee } | "organization";
  status?: Share["status"] | undefined;
  after?: string | undefined;
}

/** A page of shares, newest first, behind the id `after`; with the count of all. */
export async function listShares(
  db: Connection,
  organizationId: Id<"org">,
  { of, status, after, limit }: ShareFilter & { limit: number },
): Promise<{ shares: StoredShare[]; total: number }> {
  const fitting = sharesOf(db, organizationId)
    .$if(of !== "organization", (query) => query.where(narrowedTo(of as Exclude<typeof of, "organization">)))
    .$if(status !== undefined, (query) => query.where("share.status", "=", status as Share["status"]));
  const rows = await fitting
    .selectAll("share")
    .select(SHOWN_NAME.as("shown_name"))
    .$if(after !== undefined, (query) => query.where("share.id", "<", after as string))
    .orderBy("share.id", "desc")
    .limit(limit)
    .execute();
  const { total } = await fitting.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { shares: rows.map(toShare), total };
}

const narrowedTo = (of: Exclude<ShareFilter["of"], "organization">): Expression<SqlBool> =>
  "diaryId" in of ? sql`share.diary_id = ${toUuid(of.diaryId as Id<"dia">)}` : addressedTo(of.addressee);

export async function countShares(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<number> {
  const { total } = await sharesOf(db, organizationId)
    .where("share.diary_id", "=", toUuid(diaryId as Id<"dia">))
    .select(sql<number>`count(*)`.as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

/** Writes down what became of a share, now. */
export async function updateShareStatus(
  db: Connection,
  organizationId: Id<"org">,
  shareId: string,
  status: Exclude<Share["status"], "pending">,
): Promise<void> {
  await tables(db)
    .updateTable("memory.shares")
    .set({ status, responded_at: sql<Date>`now()` })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(shareId as Id<"shr">))
    .execute();
}

/** Removes the rows of a diary's shares: all of them, or the one with `subject`. */
export async function deleteShares(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  subject?: Subject,
): Promise<void> {
  await tables(db)
    .deleteFrom("memory.shares")
    .where("organization_id", "=", toUuid(organizationId))
    .where("diary_id", "=", toUuid(diaryId as Id<"dia">))
    .$if(subject !== undefined, (query) =>
      query
        .where("subject_type", "=", (subject as Subject).type)
        .where("subject_id", "=", toUuid((subject as Subject).id)),
    )
    .execute();
}

/** Removes up to `batch` shares with a group that is gone; tells whether any is left. */
export async function deleteSharesWithGroup(
  db: Connection,
  organizationId: Id<"org">,
  groupId: Id<"grp">,
  batch: number,
): Promise<"more" | "done"> {
  const deleted = await tables(db)
    .deleteFrom("memory.shares")
    .where("id", "in", (query) =>
      query
        .selectFrom("memory.shares")
        .select("id")
        .where("organization_id", "=", toUuid(organizationId))
        .where("subject_type", "=", "group")
        .where("subject_id", "=", toUuid(groupId))
        .limit(batch),
    )
    .returning("id")
    .execute();
  return deleted.length === batch ? "more" : "done";
}

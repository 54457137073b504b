import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, type SqlBool, sql } from "kysely";
import type { Transfer } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";
import { nameOfDiary } from "./diaries.ts";

type TransferRow = Selectable<MemoryTables["memory.transfers"]> & {
  shown_name: string;
  current_status: Transfer["status"];
};

/** A transfer as the table holds it: its agents are known by id only. */
export interface StoredTransfer extends Pick<Transfer, "status" | "diaryName"> {
  id: Id<"trf">;
  diaryId: Id<"dia">;
  from: Id<"agt">;
  to: Id<"agt">;
  createdAt: Date;
  expiresAt: Date;
}

const toTransfer = (row: TransferRow): StoredTransfer => ({
  id: toTypeId("trf", row.id),
  diaryId: toTypeId("dia", row.diary_id),
  diaryName: row.shown_name,
  from: toTypeId("agt", row.from_agent_id),
  to: toTypeId("agt", row.to_agent_id),
  status: row.current_status,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

/** Whose transfers: of one agent, from or to it; without one all of the organization. */
export interface TransferSide {
  agentId: Id<"agt"> | undefined;
  organizationId: Id<"org">;
}

/** The transfers of a side. Whether one has expired is judged when it is read. */
const transfersOf = (db: Connection, { agentId, organizationId }: TransferSide) =>
  tables(db)
    .selectFrom("memory.transfers as transfer")
    .innerJoin("memory.diaries as diary", "diary.id", "transfer.diary_id")
    .where("transfer.organization_id", "=", toUuid(organizationId))
    .$if(agentId !== undefined, (query) =>
      query.where((where) =>
        where.or([
          where("transfer.from_agent_id", "=", toUuid(agentId as Id<"agt">)),
          where("transfer.to_agent_id", "=", toUuid(agentId as Id<"agt">)),
        ]),
      ),
    );

const CURRENT_STATUS = sql<Transfer["status"]>`
  case when transfer.status = 'pending' and transfer.expires_at <= now() then 'expired' else transfer.status end`;

/** Whether a transfer is in a state by now, written so that the index on the column serves. */
const isNow = (status: Transfer["status"]) => {
  if (status === "pending") return sql<SqlBool>`transfer.status = 'pending' and transfer.expires_at > now()`;
  if (status !== "expired") return sql<SqlBool>`transfer.status = ${status}`;
  return sql<SqlBool>`(transfer.status = 'expired' or transfer.status = 'pending' and transfer.expires_at <= now())`;
};

/** The diary's present name while it is offered, and the one under which it was offered ever after. */
const SHOWN_NAME = sql<string>`
  case when transfer.status = 'pending' and transfer.expires_at > now() then diary.name else transfer.diary_name end`;

/** Offers a diary. @returns undefined when another offer of it is pending. */
export async function insertTransfer(
  db: Connection,
  organizationId: Id<"org">,
  transfer: Pick<StoredTransfer, "diaryId" | "from" | "to"> & { days: number },
): Promise<Id<"trf"> | undefined> {
  const diary = toUuid(transfer.diaryId);
  await tables(db)
    .updateTable("memory.transfers")
    .set({ status: "expired" })
    .where("organization_id", "=", toUuid(organizationId))
    .where("diary_id", "=", diary)
    .where("status", "=", "pending")
    .where("expires_at", "<=", sql<Date>`now()`)
    .execute();
  const row = await tables(db)
    .insertInto("memory.transfers")
    .values({
      id: toUuid(newId("trf")),
      organization_id: toUuid(organizationId),
      diary_id: diary,
      diary_name: nameOfDiary(transfer.diaryId),
      from_agent_id: toUuid(transfer.from),
      to_agent_id: toUuid(transfer.to),
      status: "pending",
      expires_at: sql<Date>`now() + make_interval(days => ${transfer.days}::int)`,
    })
    .onConflict((conflict) => conflict.column("diary_id").where("status", "=", "pending").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row && toTypeId("trf", row.id);
}

/** The transfer, if it is one of the side. */
export async function findTransfer(
  db: Connection,
  side: TransferSide,
  transferId: string,
): Promise<StoredTransfer | undefined> {
  const row = await transfersOf(db, side)
    .selectAll("transfer")
    .select([SHOWN_NAME.as("shown_name"), CURRENT_STATUS.as("current_status")])
    .where("transfer.id", "=", toUuid(transferId as Id<"trf">))
    .executeTakeFirst();
  return row && toTransfer(row);
}

/** A page of the side's transfers, newest first, behind the id `after`; with the count of all. */
export async function listTransfers(
  db: Connection,
  side: TransferSide,
  { limit, after, status }: { limit: number; after: string | undefined; status?: Transfer["status"] | undefined },
): Promise<{ transfers: StoredTransfer[]; total: number }> {
  const fitting = transfersOf(db, side).$if(status !== undefined, (query) =>
    query.where(isNow(status as Transfer["status"])),
  );
  const rows = await fitting
    .selectAll("transfer")
    .select([SHOWN_NAME.as("shown_name"), CURRENT_STATUS.as("current_status")])
    .$if(after !== undefined, (query) => query.where("transfer.id", "<", after as string))
    .orderBy("transfer.id", "desc")
    .limit(limit)
    .execute();
  const { total } = await fitting.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { transfers: rows.map(toTransfer), total };
}

/** Writes down what became of a transfer. */
export async function updateTransferStatus(
  db: Connection,
  organizationId: Id<"org">,
  transferId: string,
  status: Transfer["status"],
): Promise<void> {
  await tables(db)
    .updateTable("memory.transfers")
    .set({ status })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(transferId as Id<"trf">))
    .execute();
}

/** Removes the rows of a diary's transfers. */
export async function deleteTransfers(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void> {
  await tables(db)
    .deleteFrom("memory.transfers")
    .where("organization_id", "=", toUuid(organizationId))
    .where("diary_id", "=", toUuid(diaryId as Id<"dia">))
    .execute();
}

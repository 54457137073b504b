import type { Id } from "@reef/crypto";
import { toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Generated } from "kysely";
import { sql } from "kysely";

type MailTables = {
  "mail.mailbox": {
    /** The mail's own id, so that their order is the order of sending. */
    id: string;
    to_address: string;
    subject: string;
    /** Text and HTML, sealed: they hold links that are as good as passwords. */
    sealed: string;
    created_at: Generated<Date>;
  };
};

/** A kept mail, as the table has it. */
export interface KeptMail {
  id: Id<"mai">;
  to: string;
  subject: string;
  sealed: string;
  at: Date;
}

/** As many mails are kept at most. */
export const KEPT_MAILS = 500;
/** And none for longer. */
const KEPT_DAYS = 30;

const tables = (db: Connection) => db.$extendTables<MailTables>();
const columns = ["id", "to_address as to", "subject", "created_at as at"] as const;

/** Keeps a mail, and removes those that are too many with it. */
export async function insertMail(db: Connection, { id, to, subject, sealed }: Omit<KeptMail, "at">): Promise<void> {
  await tables(db)
    .insertInto("mail.mailbox")
    .values({ id: toUuid(id), to_address: to, subject, sealed })
    .execute();
  await sql`
    delete from mail.mailbox
    where id <= (select id from mail.mailbox order by id desc offset ${KEPT_MAILS} limit 1)`.execute(db);
}

/** Kept mails older than `before`, the newest first, up to `limit`. */
export async function listMails(
  db: Connection,
  { limit, before }: { limit: number; before?: Id<"mai"> | undefined },
): Promise<Omit<KeptMail, "sealed">[]> {
  const rows = await tables(db)
    .selectFrom("mail.mailbox")
    .select(columns)
    .$if(before !== undefined, (query) => query.where("id", "<", toUuid(before as Id<"mai">)))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ id, ...mail }) => ({ ...mail, id: toTypeId("mai", id) }));
}

/** How many mails are kept. */
export async function countMails(db: Connection): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("mail.mailbox")
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** A kept mail; undefined when there is none. */
export async function findMail(db: Connection, id: Id<"mai">): Promise<KeptMail | undefined> {
  const row = await tables(db)
    .selectFrom("mail.mailbox")
    .select([...columns, "sealed"])
    .where("id", "=", toUuid(id))
    .executeTakeFirst();
  return row && { ...row, id };
}

/** Removes the mails that are too old. */
export async function deleteOldMails(db: Connection): Promise<void> {
  await sql`
    delete from mail.mailbox where created_at < now() - make_interval(days => ${KEPT_DAYS})`.execute(db);
}

import { type Id, openSealed, seal } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf } from "@reef/db";
import { mailErrors } from "./errors.ts";
import type { QueuedMail } from "./message.ts";
import * as store from "./store.ts";

/** A mail of the list. */
export interface MailboxItem {
  id: Id<"mai">;
  to: string;
  subject: string;
  /** When it came here, as ISO-8601. */
  at: string;
}

/** A mail with what it says. */
export interface MailboxMail extends MailboxItem {
  text: string;
  html: string;
}

/** The mails that stay here in place of being sent. Whoever reads them can use their links, so only operators may. */
export interface Mailbox {
  /** The mails, the newest first. @throws list.invalid_cursor */
  listMails(db: Connection, page: { limit: number; cursor?: string | undefined }): Promise<Page<MailboxItem>>;
  /** @throws mail.not_found */
  getMail(db: Connection, id: Id<"mai">): Promise<MailboxMail>;
  /** Removes what is older than 30 days; beyond 500 mails the oldest go by themselves. */
  deleteOldMails(db: Connection): Promise<void>;
}

const LIST = "mailbox";
const placeOf = (id: Id<"mai">): string => `mail.mailbox\n${id}`;

const toItem = ({ at, ...mail }: Omit<store.KeptMail, "sealed">): MailboxItem => ({ ...mail, at: at.toISOString() });

/** Keeps a mail, sealed. */
export function keepMail(db: Connection, key: Uint8Array, { id, to, subject, text, html }: QueuedMail): Promise<void> {
  return store.insertMail(db, { id, to, subject, sealed: seal(key, JSON.stringify({ text, html }), placeOf(id)) });
}

export function createMailbox(key: Uint8Array, cursors: Cursors): Mailbox {
  return {
    async listMails(db, { limit, cursor }) {
      const [before] = cursor === undefined ? [] : (cursors.decode(LIST, cursor) as [Id<"mai">]);
      const mails = await store.listMails(db, { limit: limit + 1, before });
      return pageOf(mails.map(toItem), limit, await store.countMails(db), ({ id }) => cursors.encode(LIST, [id]));
    },
    async getMail(db, id) {
      const mail = await store.findMail(db, id);
      if (mail === undefined) throw mailErrors.not_found({ internal: { id } });
      const { sealed, ...item } = mail;
      return {
        ...toItem(item),
        ...(JSON.parse(openSealed(key, sealed, placeOf(id))) as { text: string; html: string }),
      };
    },
    deleteOldMails: store.deleteOldMails,
  };
}

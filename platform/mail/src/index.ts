/** How mail leaves the reef: queued durably, then sent by SMTP or Resend, or kept in the mailbox. */
export { mailConfig } from "./config.ts";
export { createMail, type Mailer, type MailOptions, type MailParts } from "./create-mail.ts";
export { mailErrors } from "./errors.ts";
export type { Mailbox, MailboxItem, MailboxMail } from "./mailbox.ts";
export type { Mail } from "./message.ts";
export { mailMigrations } from "./migrations.ts";
export { createMailWriter, type MailContent } from "./write-mail.ts";

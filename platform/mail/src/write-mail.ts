import type { Mail } from "./message.ts";

/** What a mail says. */
export interface MailContent {
  /** What kind of mail it is, for the log. */
  template: string;
  /** Cut at 200 characters. */
  subject: string;
  /** Paragraphs; they stand in the mail as they are, escaped, each on one line. */
  text: readonly string[];
  action?: { label: string; link: string };
  after?: readonly string[];
}

/** Writes mails of the reef at `host` in one form: as text, and as a page that any mail program shows. */
export const createMailWriter =
  (host: string) =>
  (to: string, { template, ...content }: MailContent): Mail & { template: string } => ({
    to,
    template,
    subject: singleLine(content.subject).slice(0, 200),
    text: textOf(content, host),
    html: htmlOf(content, host),
  });

type Body = Omit<MailContent, "template">;

/** A name that somebody chose must not start a header of the mail. */
const singleLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

const textOf = ({ text, action, after = [] }: Body, host: string): string =>
  [
    ...text.map(singleLine),
    ...(action === undefined ? [] : [`${action.label}:\n${action.link}`]),
    ...after,
    `-- \n${host}`,
  ].join("\n\n");

/** Plain enough for every mail program: one column, no pictures, no style sheet, nothing that is loaded from anywhere. */
const htmlOf = ({ text, action, after = [] }: Body, host: string): string => `<!doctype html>
<html lang="en">
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 2em auto; padding: 0 1em;">
${text.map(paragraph).join("\n")}
${action === undefined ? "" : `<p><a href="${escapeHtml(action.link)}">${escapeHtml(action.label)}</a></p>\n<p style="word-break: break-all;">${escapeHtml(action.link)}</p>`}
${after.map(paragraph).join("\n")}
<p>${escapeHtml(host)}</p>
</body>
</html>
`;

const paragraph = (text: string): string => `<p>${escapeHtml(singleLine(text))}</p>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

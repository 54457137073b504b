import { ConfigError, textSetting } from "@reef/config";
import { z } from "zod";
import { type Sender, senderSchema } from "./message.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a URL leads to this machine, where nobody listens on the way. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname);

/** The settings of mail, by environment variable. */
export const mailConfig = {
  REEF_MAIL: z
    .enum(["smtp", "resend", "mailbox"])
    .optional()
    .describe(
      "How mail leaves; by default the one that is set up below, else it stays in the mailbox, a page for operators",
    ),
  REEF_MAIL_FROM: senderSchema
    .optional()
    .describe("The sender of all mail, such as Reef <reef@example.org>; needed with SMTP and Resend"),
  REEF_SMTP_URL: z
    .url({ protocol: /^smtps?$/, hostname: /./, error: "must be smtp://user:password@host:port or smtps://…" })
    .optional()
    .describe(
      "The mail server: smtp://user:password@host:587, which is made secure by STARTTLS, or smtps://user:password@host:465",
    ),
  REEF_RESEND_API_KEY: textSetting().optional().describe("The key of Resend's API"),
  REEF_RESEND_URL: z
    .url({ protocol: /^https?$/, error: "must be an https address", abort: true })
    .refine((url) => !url.startsWith("http:") || isLoopback(new URL(url)), "must be an https address")
    .default("https://api.resend.com")
    .describe("The address of Resend's API"),
};

/** The settings of mail as they were read. */
export type MailConfig = { [Name in keyof typeof mailConfig]: z.output<(typeof mailConfig)[Name]> };

/** How mail leaves, with all that the way needs. */
export type MailWay =
  | { kind: "smtp"; url: URL; from: Sender }
  | { kind: "resend"; url: string; apiKey: string; from: Sender }
  | { kind: "mailbox" };

/** The way that the settings choose. @throws ConfigError with every setting that is missing for it, or that is one too many. */
export function chooseWay(config: MailConfig): MailWay {
  const { REEF_SMTP_URL: smtpUrl, REEF_RESEND_API_KEY: apiKey, REEF_MAIL_FROM: from } = config;
  if (config.REEF_MAIL === undefined && smtpUrl !== undefined && apiKey !== undefined) {
    throw new ConfigError(["REEF_MAIL: must be smtp or resend, since both are set up"]);
  }
  const kind = config.REEF_MAIL ?? (smtpUrl && "smtp") ?? (apiKey && "resend") ?? "mailbox";
  if (kind === "mailbox") return { kind };
  const missing: string[] = [];
  if (from === undefined) missing.push(`REEF_MAIL_FROM: is needed to send mail by ${kind}`);
  if (kind === "smtp" && smtpUrl === undefined) missing.push("REEF_SMTP_URL: is needed with REEF_MAIL=smtp");
  if (kind === "resend" && apiKey === undefined) missing.push("REEF_RESEND_API_KEY: is needed with REEF_MAIL=resend");
  if (kind === "smtp" && smtpUrl !== undefined && from !== undefined) return { kind, url: new URL(smtpUrl), from };
  if (kind === "resend" && apiKey !== undefined && from !== undefined) {
    return { kind, url: config.REEF_RESEND_URL.replace(/\/$/, ""), apiKey, from };
  }
  throw new ConfigError(missing);
}

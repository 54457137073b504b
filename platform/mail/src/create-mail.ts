import { deriveKey, type Id, newId, openSealed, seal } from "@reef/crypto";
import { type Connection, createCursors, type DatabaseHandle } from "@reef/db";
import { defineWorkflow, PermanentFailure, type Workflows } from "@reef/workflows";
import { z } from "zod";
import { chooseWay, type MailConfig, type MailWay } from "./config.ts";
import { createMailbox, keepMail, type Mailbox } from "./mailbox.ts";
import { domainOf, type Mail, mailSchema } from "./message.ts";
import { createResendTransport } from "./transports/resend.ts";
import { createSmtpTransport } from "./transports/smtp.ts";
import type { Transport } from "./transports/transport.ts";

/** Sends mail. */
export interface Mailer {
  /**
   * Queues a mail, which then survives the process: in the transaction of the change that it tells of, where there is one,
   * so that it is sent if and only if that commits.
   *
   * @throws ZodError when the address is none, or the subject is more than a line.
   */
  send(connection: Connection | undefined, mail: Mail): Promise<void>;
}

export interface MailOptions {
  database: DatabaseHandle;
  workflows: Workflows;
  masterSecret: string;
  config: MailConfig;
}

/** Mail as the server uses it. */
export interface MailParts {
  mailer: Mailer;
  /** Only where mail stays here. */
  mailbox: Mailbox | undefined;
  /** Closes the connections to the mail server; after the workflows were stopped. */
  stop(): void;
}

/**
 * Half a minute after the first attempt comes the second; the pauses double (with some chance in them, so that mails do
 * not all come at once) up to an hour. Together that is about a day, after which few links in a mail are still good.
 */
const RETRY_DELAY_SECONDS = 30;
const RETRIES = 29;
const TIMEOUT_SECONDS = 90;

const ACCEPTED = "mail.send.accepted";

/** What the queue holds. The mail is sealed, since its links let whoever reads them in. */
const jobSchema = z.object({ mailId: z.templateLiteral([z.literal("mai"), "_", z.string()]), sealed: z.string() });

const placeOf = (mailId: Id<"mai">): string => `mail.send\n${mailId}`;

/** Mail on the way that the settings choose; call it before the workflows start. @throws ConfigError */
export function createMail({ database, workflows, masterSecret, config }: MailOptions): MailParts {
  const way = chooseWay(config);
  const queueKey = deriveKey(masterSecret, "mail.queue");
  const mailboxKey = deriveKey(masterSecret, "mail.mailbox");
  const transport = createTransportOf(way, mailboxKey);

  const sendMail = defineWorkflow({
    name: "mail.send",
    input: jobSchema,
    retries: RETRIES,
    retryDelaySeconds: RETRY_DELAY_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
    async handle({ mailId, sealed }, run) {
      if (await run.hasStep(ACCEPTED)) return;
      const mail = { ...open(mailId, sealed), id: mailId };
      await transport.deliver(mail, run.signal);
      await run.step(ACCEPTED, async (transaction) => transport.keep?.(transaction, mail));
      const { template } = mail;
      run.logger.info({ mailId, template, domain: domainOf(mail.to), by: way.kind }, "A mail was accepted.");
    },
  });
  workflows.register(sendMail);

  function open(mailId: Id<"mai">, sealed: string): Mail {
    try {
      return JSON.parse(openSealed(queueKey, sealed, placeOf(mailId))) as Mail;
    } catch {
      throw new PermanentFailure("The mail was sealed with another master secret.");
    }
  }

  return {
    mailer: {
      async send(connection = database.kysely, mail) {
        const mailId = newId("mai");
        const sealed = seal(queueKey, JSON.stringify(mailSchema.parse(mail)), placeOf(mailId));
        await workflows.enqueue(connection, sendMail, { mailId, sealed });
      },
    },
    mailbox:
      way.kind === "mailbox"
        ? createMailbox(mailboxKey, createCursors(deriveKey(masterSecret, "mail.cursors")))
        : undefined,
    stop: () => transport.close(),
  };
}

function createTransportOf(way: MailWay, mailboxKey: Uint8Array): Transport {
  switch (way.kind) {
    case "smtp":
      return createSmtpTransport(way.url, way.from);
    case "resend":
      return createResendTransport(way);
    case "mailbox":
      return {
        deliver: async () => {},
        keep: (transaction, mail) => keepMail(transaction, mailboxKey, mail),
        close() {},
      };
  }
}

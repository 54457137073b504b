import { PermanentFailure } from "@reef/workflows";
import { createTransport, type NodemailerError, type SMTPPoolOptions } from "nodemailer";
import { isLoopback } from "../config.ts";
import { domainOf, type QueuedMail, type Sender } from "../message.ts";
import { DeliveryFailure, type Transport } from "./transport.ts";

const CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 10_000;
/** A server that checks a message before it answers may take a while (RFC 5321, section 4.5.3.2, allows it minutes). */
const SILENCE_TIMEOUT_MS = 30_000;
/** Servers close what is idle after minutes, so that they are not found to have done so at the next mail. */
const IDLE_TIMEOUT_MS = 30_000;

/** How nodemailer reaches the server of a URL: always by TLS, except on this machine. */
export function smtpOptions(url: URL): SMTPPoolOptions & { pool: true } {
  const secure = url.protocol === "smtps:";
  const local = isLoopback(url);
  return {
    pool: true,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !local,
    // A relay on this machine has a certificate of its own making, if any.
    ignoreTLS: !secure && local,
    ...(url.username !== "" && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    maxConnections: CONNECTIONS,
    // The workflow repeats; a second repetition inside it would only hide how often a mail was tried.
    maxRequeues: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    idleTimeout: IDLE_TIMEOUT_MS,
  };
}

/** Sends by SMTP over a few connections that are kept for the next mails. */
export function createSmtpTransport(url: URL, from: Sender): Transport {
  const pool = createTransport(smtpOptions(url), { disableFileAccess: true, disableUrlAccess: true });
  return {
    async deliver({ id, to, subject, text, html }: QueuedMail, signal) {
      try {
        await pool.sendMail({
          from,
          to: { name: "", address: to },
          subject,
          text,
          html,
          // The same in every attempt, so that a mail that comes twice can be told from two mails.
          messageId: `<${id}@${domainOf(from.address)}>`,
          headers: { "Auto-Submitted": "auto-generated" },
          signal,
        });
      } catch (error) {
        throw failureOf(error as NodemailerError);
      }
    },
    close: () => pool.close({ force: true }),
  };
}

/** The replies that are about the mail. Others are about how the reef is set up, which its operator can mend meanwhile. */
const ABOUT_THE_MAIL = new Set<string | undefined>(["EENVELOPE", "EMESSAGE"]);

/** What nodemailer says, in codes alone. */
function failureOf({ code, originalCode, response, responseCode, command, permanent }: NodemailerError): Error {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? "")?.[1];
  const step = /^[A-Z]{2,10}( TO| FROM)?/.exec(command ?? "")?.[0];
  const reply = [responseCode, enhanced, originalCode ?? code, step && `at ${step}`].filter(Boolean).join(", ");
  if (permanent && ABOUT_THE_MAIL.has(code))
    return new PermanentFailure(`The mail server refused the mail (${reply}).`);
  return new DeliveryFailure(`The mail server did not take the mail (${reply}).`);
}

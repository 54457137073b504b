import { PermanentFailure } from "@reef/workflows";
import type { QueuedMail, Sender } from "../message.ts";
import { DeliveryFailure, type Transport } from "./transport.ts";

const TIMEOUT_MS = 10_000;

/**
 * Refusals that may end: a key that its operator has to mend (401, 403), a request of the same mail that has not ended
 * (409), and too many requests. Every other one of the 400s is about the mail itself.
 */
const MAY_END = new Set([401, 403, 408, 409, 429]);

/** Sends by Resend's HTTP API (https://resend.com/docs/api-reference/emails/send-email). */
export function createResendTransport(api: { url: string; apiKey: string; from: Sender }): Transport {
  const from = api.from.name === "" ? api.from.address : `${quoted(api.from.name)} <${api.from.address}>`;
  return {
    async deliver({ id, to, subject, text, html }: QueuedMail, signal) {
      let response: Response;
      try {
        response = await fetch(`${api.url}/emails`, {
          method: "POST",
          redirect: "manual",
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
          headers: {
            Authorization: `Bearer ${api.apiKey}`,
            "Content-Type": "application/json",
            // Kept for a day over there, which is as long as a mail is tried: what was accepted is not sent twice.
            "Idempotency-Key": id,
          },
          body: JSON.stringify({
            from,
            to: [to],
            subject,
            text,
            html,
            headers: { "Auto-Submitted": "auto-generated" },
          }),
        });
        await response.body?.cancel();
      } catch (error) {
        throw new DeliveryFailure(`Resend could not be reached (${reasonOf(error)}).`);
      }
      const { status } = response;
      if (response.ok) return;
      if (status >= 400 && status < 500 && !MAY_END.has(status)) {
        throw new PermanentFailure(`Resend refused the mail (${status}).`);
      }
      throw new DeliveryFailure(`Resend did not take the mail (${status}).`);
    },
    close() {},
  };
}

/** A name as a quoted string (RFC 5322, section 3.2.4), since it may hold a comma. */
const quoted = (name: string): string => `"${name.replace(/["\\]/g, "\\$&")}"`;

/** The code of what went wrong on the way. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? name;
}

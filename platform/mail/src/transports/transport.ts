import type { Connection } from "@reef/db";
import type { QueuedMail } from "../message.ts";

/** A way on which mail leaves. */
export interface Transport {
  /**
   * Hands a mail over, outside of any transaction; it resolves when the mail was accepted.
   *
   * @throws PermanentFailure when the mail was refused for good, {@link DeliveryFailure} when it may be accepted later.
   */
  deliver(mail: QueuedMail, signal: AbortSignal): Promise<void>;
  /** What else is written in the transaction that records that the mail was accepted. */
  keep?(transaction: Connection, mail: QueuedMail): Promise<void>;
  /** Closes what is open to the other side; a mail that is on its way fails. */
  close(): void;
}

/**
 * Why a mail was not accepted. It is logged and kept with the job, so its text is made of codes alone: what a server says
 * may repeat the address, the subject or a link of the mail.
 */
export class DeliveryFailure extends Error {
  override readonly name = "DeliveryFailure";
}

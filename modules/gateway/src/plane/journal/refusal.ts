const REASONS = {
  full: "The gateway's journal has reached its bound, because calls have not reached the database for long.",
  unwritable: "The gateway's journal cannot be written; the disk may be full.",
  closed: "The gateway is stopping.",
} as const;

/** Why a call cannot be recorded, and so must not be made. */
export type RefusalReason = keyof typeof REASONS;

/** A call that may not begin, since its begin cannot be put on record: to its client it is a 503. */
export class JournalRefusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, cause?: unknown) {
    super(REASONS[reason], { cause });
    this.name = "JournalRefusal";
    this.reason = reason;
  }
}

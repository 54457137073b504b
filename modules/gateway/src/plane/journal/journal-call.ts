import type { BegunCall } from "../call.ts";
import type { JournalCall } from "./segment.ts";

/** A call that begins now. */
export const newCall = (begun: BegunCall, now: number): JournalCall => ({
  begun,
  ended: undefined,
  begunIn: undefined,
  progressIn: undefined,
  endedIn: undefined,
  outputTokens: 0,
  notedAt: now,
  isCarried: false,
  isWaiting: false,
  isShipped: false,
});

/** The call's segments need not be kept for its being open any more. */
export function unpin(call: JournalCall): void {
  call.begunIn?.open.delete(call);
  call.progressIn?.open.delete(call);
}

import type { LedgerRecord } from "@reef/proofs";
import type { Activity } from "../contract.ts";
import type { StoredRecord } from "../store/ledger.ts";

/** A record in short: who did what, to what, and when. Its text was written by this module, in the form of a record. */
export function activityOf({ canonical }: Pick<StoredRecord, "canonical">): Activity {
  const { position, at, actor, operation, subject } = JSON.parse(canonical) as LedgerRecord;
  return { position, at, actor: actor as Activity["actor"], operation, subject: { ...subject } };
}

import { type DatabaseHandle, tendTables } from "@reef/db";
import type { Idempotency } from "@reef/http";
import type { Mailbox } from "@reef/mail";
import type { Loop } from "@reef/supervision";

const PAUSE_MS = 5_000;
const DELETE_EVERY_MS = 60_000;

/** Keeps the database in order: the planner's knowledge after imports, answers that were kept for their day, and old mail. */
export function createHousekeeping({
  database,
  idempotency,
  mailbox,
}: {
  database: DatabaseHandle;
  idempotency: Idempotency;
  mailbox: Mailbox | undefined;
}): Loop {
  return {
    name: "system.housekeeping",
    stallSeconds: 180,
    async run({ beat, signal, sleep }) {
      let deleteAt = 0;
      while (!signal.aborted) {
        await tendTables(database);
        if (performance.now() >= deleteAt) {
          const deleted = await idempotency.deleteExpired(database.kysely);
          await mailbox?.deleteOldMails(database.kysely);
          deleteAt = deleted > 0 ? 0 : performance.now() + DELETE_EVERY_MS;
        }
        beat();
        await sleep(PAUSE_MS);
      }
    },
  };
}

import type { DatabaseHandle } from "@reef/db";
import type { Idempotency } from "@reef/http";
import type { Loop } from "@reef/supervision";

const PAUSE_MS = 60_000;

/** Deletes what has served its time, in small batches: answers kept for `Idempotency-Key`. */
export const createHousekeeping = ({
  database,
  idempotency,
}: {
  database: DatabaseHandle;
  idempotency: Idempotency;
}): Loop => ({
  name: "system.housekeeping",
  stallSeconds: 180,
  async run({ beat, signal, sleep }) {
    while (!signal.aborted) {
      const deleted = await idempotency.deleteExpired(database.kysely);
      beat();
      if (deleted === 0) await sleep(PAUSE_MS);
    }
  },
});

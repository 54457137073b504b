import type { DatabaseHandle } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { Clock } from "./clock.ts";
import type { Accounts } from "./people/create-accounts.ts";
import { deleteExpiredOfPeople } from "./people/store/expired.ts";
import { deleteExpiredStates } from "./store/oauth-state.ts";
import { deleteExpiredAssertions } from "./store/tokens.ts";
import type { AccessList } from "./tokens/access-list.ts";
import type { SigningKeys } from "./tokens/signing-keys.ts";

export interface LoopDependencies {
  database: DatabaseHandle;
  logger: Logger;
  accessList: AccessList;
  signingKeys: SigningKeys;
  accounts: Pick<Accounts, "open">;
  clock: Clock;
}

const REFRESH_MS = 2_000;
const HOUSEKEEPING_MS = 60_000;
const DELETE_BATCH = 1_000;

/** What every process that reads access tokens runs; all of it may run in any number of processes. */
export const identityLoops = ({
  database,
  logger,
  accessList,
  signingKeys,
  accounts,
  clock,
}: LoopDependencies): Loop[] => [
  {
    name: "identity.access",
    stallSeconds: 30,
    async run({ beat, signal, sleep }) {
      while (!signal.aborted) {
        // A failure is no crash: requests are refused meanwhile, and the next round may succeed in two seconds.
        await accessList.refresh().then(beat, (error: unknown) => {
          logger.warn(
            { err: error },
            "Changes of access could not be read; access tokens are refused after 5 seconds.",
          );
        });
        await sleep(REFRESH_MS);
      }
    },
  },
  {
    name: "identity.housekeeping",
    stallSeconds: 180,
    async run({ beat, signal, sleep }) {
      await accounts.open();
      while (!signal.aborted) {
        await signingKeys.rotate();
        beat();
        for (const deleteExpired of [deleteExpiredAssertions, deleteExpiredStates, ...deleteExpiredOfPeople]) {
          while ((await deleteExpired(database.kysely, new Date(clock.now()), DELETE_BATCH)) === DELETE_BATCH) beat();
        }
        await sleep(HOUSEKEEPING_MS);
      }
    },
  },
];

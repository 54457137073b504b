import type { Cursors } from "@reef/db";
import type { Events } from "@reef/events";
import type { Clock } from "../clock.ts";
import type { AccessList } from "../tokens/access-list.ts";

/** What the use cases of this folder need. */
export interface ServiceDependencies {
  events: Events;
  clock: Clock;
  cursors: Cursors;
  accessList: AccessList;
  /** Seals the nonces of challenges. */
  challengeKey: Uint8Array;
}

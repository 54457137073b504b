import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
const PATIENCE_MS = 60_000;

/**
 * Waits for what must come, without saying how soon, and gives it: the first value that is neither false nor undefined.
 * Only what never comes fails, so the patience is that of the slowest machine.
 */
export async function until<Value>(find: () => Value | Promise<Value>): Promise<Exclude<Value, false | undefined>> {
  const end = performance.now() + PATIENCE_MS;
  do {
    const found = await find();
    if (found !== false && found !== undefined) return found as Exclude<Value, false | undefined>;
    await sleep(POLL_MS);
  } while (performance.now() < end);
  return assert.fail(`It did not come: ${find}`);
}

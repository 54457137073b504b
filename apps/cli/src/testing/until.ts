import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** Waits for what must come, without saying how soon: only what never comes fails, so the patience is that of the slowest machine. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  do {
    if (await isSo()) return;
    await sleep(POLL_MS);
  } while (performance.now() < end);
  assert.fail(`It did not come: ${isSo}`);
}

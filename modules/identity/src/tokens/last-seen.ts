import type { Connection } from "@reef/db";
import type { Clock } from "../clock.ts";
import { type StoredAgent, updateLastSeen } from "../store/agents.ts";

const HOUR_MS = 3_600_000;

/** The hour that it is. */
export const hourOf = (clock: Clock): Date => new Date(Math.floor(clock.now() / HOUR_MS) * HOUR_MS);

/** Notes that an agent signed in: one write at most in an hour, and none that a sign-in could fail by. */
export async function noteSignIn(db: Connection, clock: Clock, agent: StoredAgent): Promise<void> {
  const hour = hourOf(clock);
  if (agent.lastSeenAt !== null && agent.lastSeenAt >= hour) return;
  try {
    await updateLastSeen(db, agent.organizationId, agent.id, hour);
  } catch {
    // What an agent is shown with is worth no refusal; its next sign-in notes it again.
  }
}

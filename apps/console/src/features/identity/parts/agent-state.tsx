import type { Agent } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";
import { Time, useNow } from "../../../ui/time.tsx";

/** Whether an agent is let in. */
export const AgentState = ({ disabled }: Pick<Agent, "disabled">): ReactNode =>
  disabled ? <Status state="paused">Disabled</Status> : <Status state="online">Active</Status>;

const HOUR_MS = 3_600_000;

/** When an agent last signed in. The reef knows the hour alone, so no minutes are claimed. */
export function LastSeen({ at }: { at: string | null }): ReactNode {
  const now = useNow();
  if (at === null) return <span className="text-muted">Never</span>;
  const hours = Math.floor((now - Date.parse(at)) / HOUR_MS);
  if (hours > 1) return <Time value={new Date(Date.parse(at) + HOUR_MS / 2).toISOString()} />;
  return <span title={at}>{hours < 1 ? "This hour" : "Last hour"}</span>;
}

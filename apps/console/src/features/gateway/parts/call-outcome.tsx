import type { UsageEvent } from "@reef/sdk";
import type { ReactNode } from "react";
import { type State, Status } from "../../../ui/status.tsx";

const outcomes: Readonly<Record<string, { state: State; word: string }>> = {
  completed: { state: "done", word: "Completed" },
  cached: { state: "done", word: "From the cache" },
  failed: { state: "failed", word: "Failed" },
  cut: { state: "failed", word: "Broken off" },
  abandoned: { state: "offline", word: "Left by the client" },
  interrupted: { state: "degraded", word: "Interrupted" },
};

/** How a call ended, by shape and word. */
export function CallOutcome({ outcome }: Pick<UsageEvent, "outcome">): ReactNode {
  const { state, word } = outcomes[outcome] ?? { state: "offline", word: outcome };
  return <Status state={state}>{word}</Status>;
}

import type { Budget } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";
import { shareUsed } from "../budget-words.ts";

/** From here on a budget is nearly used up. */
const NEARLY = 0.9;

/** Whether calls may draw on a budget, by shape and word. */
export function BudgetState({ budget }: { budget: Budget }): ReactNode {
  const share = shareUsed(budget);
  if (share >= 1) return <Status state="failed">Used up</Status>;
  return share >= NEARLY ? <Status state="degraded">Nearly used</Status> : <Status state="online">Open</Status>;
}

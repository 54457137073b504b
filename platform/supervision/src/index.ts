/** Keeps long-lived loops alive, and shows which of them are stuck. */
export { type Bell, createBell } from "./bell.ts";
export type { LoopClock } from "./clock.ts";
export {
  createSupervisor,
  type Loop,
  type LoopContext,
  type LoopLiveness,
  type Supervisor,
  type SupervisorOptions,
} from "./supervisor.ts";

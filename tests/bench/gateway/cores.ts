import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whom the bench calls, and who calls and is called besides, by the ids of their processes. */
export interface Parties {
  gateways: readonly number[];
  others: readonly number[];
}

/**
 * Gives each gateway, of which one works at a time, the first core of the machine, and everybody else the others. Else the
 * system moves four busy processes about on few cores, and what is measured is how it does so. Answers what was done; without
 * `taskset` (util-linux) or a second core, nothing.
 */
export function separateCores({ gateways, others }: Parties): string {
  const cores = availableParallelism();
  if (cores < 2) return "all processes share the one core";
  const pin = (pid: number, list: string) =>
    spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", list, String(pid)], { stdio: "ignore" }).status === 0;
  const isDone = [
    ...gateways.map((pid) => pin(pid, "0")),
    ...others.map((pid) => pin(pid, cores === 2 ? "1" : `1-${cores - 1}`)),
  ].every(Boolean);
  return isDone ? "each gateway has a core of its own" : "all processes share all cores";
}

import type { Logger } from "@reef/telemetry";
import type { Transaction } from "kysely";
import type { z } from "zod";

/** What a running workflow is given beside its input. */
export interface Run {
  /** The job's UUID; the same in every attempt. */
  id: string;
  /** 1 at first, then 2, 3 … A worker that was killed counts as an attempt too. */
  attempt: number;
  /** Aborts when the time is over, the process stops, or another worker has taken the job over. */
  signal: AbortSignal;
  logger: Logger;
  /**
   * Runs `effect` in a transaction that also records the step; when the job is run again, a recorded step gives its
   * stored result and `effect` does not run: exactly once in effect. Only the given transaction may be used inside, and
   * nothing slow. The name is unique within the workflow, such as `memory.embed.store`; the result crosses as JSON.
   */
  step<Result>(name: string, effect: (transaction: Transaction<object>) => Promise<Result>): Promise<Result>;
  /**
   * Whether the step is recorded. For an effect on another system, which no transaction reaches: it comes first, a step
   * records it, and a repetition of the job asks here whether it has been. It may happen twice all the same, when the
   * process dies between the two.
   */
  hasStep(name: string): Promise<boolean>;
}

/** What a handler throws when no repetition would help: the job becomes a dead letter at once. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
}

/** How a workflow is declared. */
export interface WorkflowOptions<Input> {
  /** `<module>.<verb>`; it names the queue, so it is never renamed while jobs wait. */
  name: `${string}.${string}`;
  input: z.ZodType<Input>;
  /** Attempts after the first one before the job becomes a dead letter; at least 1, since a killed worker uses one up. */
  retries?: number;
  /** Pause before the second attempt; doubled each time, an hour at most. */
  retryDelaySeconds?: number;
  /** An attempt that takes longer is aborted and counts as failed. */
  timeoutSeconds?: number;
  /** Jobs of one key run one after another in the order of their enqueueing; `enqueue` then needs a key. */
  oneAtATimeByKey?: boolean;
  /** Jobs at once in each process. */
  concurrency?: number;
  handle(input: Input, run: Run): Promise<void>;
}

/** A declared workflow with every option decided. */
export type Workflow<Input> = Readonly<Required<WorkflowOptions<Input>>>;

/**
 * Declares a durable workflow. Its handler may be interrupted at any point and started again, so every effect belongs
 * into a step, or must be safe to repeat.
 */
export function defineWorkflow<Input extends object>(options: WorkflowOptions<Input>): Workflow<Input> {
  const defaults = { retries: 5, retryDelaySeconds: 2, timeoutSeconds: 300, oneAtATimeByKey: false, concurrency: 2 };
  const workflow = { ...defaults, ...options };
  if (workflow.retries < 1) throw new Error(`The workflow ${workflow.name} needs at least one retry.`);
  return Object.freeze(workflow);
}

import type { Connection, DatabaseHandle } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import { type JobWithMetadata, PgBoss, type QueueOptions } from "pg-boss";
import { bossDatabase, bossTransaction } from "./boss-database.ts";
import type { Workflow } from "./define-workflow.ts";
import { jobIdOf } from "./job-id.ts";
import { createRunningJobs } from "./running-jobs.ts";
import * as store from "./store.ts";

export interface EnqueueOptions {
  /** Jobs of one key run one after another when the workflow says `oneAtATimeByKey`. */
  key?: string;
  /** Not before so many seconds have passed. */
  delaySeconds?: number;
  /** Business key: while a job of this workflow and id is kept, another one is not made. */
  id?: string;
}

export interface Workflows {
  /** Makes a workflow known; before `start`, in every process that enqueues or runs it. */
  register<Input extends object>(workflow: Workflow<Input>): void;
  /** Creates or updates the engine's tables and the queues of all registered workflows. Safe to repeat and to race. */
  migrate(): Promise<void>;
  /** Starts; with `work: false` this process only enqueues. It migrates first. Never call it inside a transaction. */
  start(options?: { work?: boolean }): Promise<void>;
  /**
   * Writes a job in the caller's transaction: it exists if and only if that commits.
   *
   * @returns the job's UUID.
   * @throws ZodError when the input does not fit.
   */
  enqueue<Input extends object>(
    connection: Connection,
    workflow: Workflow<Input>,
    input: Input,
    options?: EnqueueOptions,
  ): Promise<string>;
  /** Runs a workflow by a cron line of five fields; one line per workflow, a second call replaces it. */
  schedule<Input extends object>(
    workflow: Workflow<Input>,
    cron: string,
    timezone: string,
    input: Input,
  ): Promise<void>;
  /** Takes no more jobs, gives those that run `graceSeconds` (20 by default), then puts them back. */
  stop(graceSeconds?: number): Promise<void>;
  /** Jobs that failed for good, the newest first, from behind a position on. */
  listDeadLetters(
    db: Connection,
    options: { limit: number; behind?: store.DeadLetterPosition | undefined },
  ): Promise<store.DeadLetterList>;
  /**
   * Puts a dead letter back into its queue, with all its attempts before it; steps that it had done stay done. False when
   * there is no such letter, or no such workflow any more.
   */
  retryDeadLetter(connection: Connection, id: string): Promise<boolean>;
  /** Deletes a dead letter. False when there is no such letter. */
  deleteDeadLetter(connection: Connection, id: string): Promise<boolean>;
  /** Jobs of a workflow that wait or run. */
  countPending(name: string): Promise<number>;
  /** The names of all registered workflows. */
  names(): string[];
}

export interface WorkflowsOptions {
  database: DatabaseHandle;
  logger: Logger;
}

/** A worker's heart is looked at on Postgres; 15 s of silence and a sweep every 5 s make a take-over within 20 s or so. */
const HEARTBEAT_SECONDS = 15;
const SWEEP_MS = 5_000;
const SUPERVISE_SECONDS = 30;
const POLL_SECONDS = 2;
const RETRY_DELAY_MAX_SECONDS = 3_600;
const KEEP_WAITING_SECONDS = 30 * 86_400;
/** A commit follows an enqueue within milliseconds; the polling finds whatever took longer. */
const NUDGE_MS = [10, 100];
const DEFAULT_GRACE_SECONDS = 20;
const STEP_CLEANING_MS = 3_600_000;
const RECORD_MS = 1_000;
const NO_JOB = "00000000-0000-0000-0000-000000000000";

/** The engine over one database. */
export function createWorkflows({ database, logger }: WorkflowsOptions): Workflows {
  const db = database.kysely;
  const workflows = new Map<string, Workflow<object>>();
  const workers = new Map<string, string[]>();
  const jobs = createRunningJobs(database, logger);
  let boss: PgBoss | undefined;
  let sweeper: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  let cleanStepsAt = 0;

  const started = (): PgBoss => {
    if (boss === undefined) throw new Error("The workflows were not started.");
    return boss;
  };

  function createBoss(work: boolean): PgBoss {
    const embedded = database.kind === "embedded";
    const created = new PgBoss({
      db: bossDatabase(database),
      schema: store.SCHEMA,
      backend: embedded ? "pglite" : "postgres",
      useListenNotify: work && !embedded,
      supervise: work,
      schedule: work,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    created.on("error", (error) => logger.error({ err: error }, "The workflow engine reports an error."));
    created.on("warning", (warning) => logger.warn({ warning }, "The workflow engine warns."));
    return created;
  }

  function queueOptions(workflow: Workflow<object>): QueueOptions & { deadLetter: string; notify: boolean } {
    return {
      retryLimit: workflow.retries,
      retryDelay: workflow.retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: RETRY_DELAY_MAX_SECONDS,
      expireInSeconds: workflow.timeoutSeconds,
      retentionSeconds: KEEP_WAITING_SECONDS,
      deadLetter: store.DEAD_LETTERS,
      // The embedded database has one process, whose stall would look like its death; a restart finds its jobs instead.
      ...(database.kind === "embedded" ? {} : { heartbeatSeconds: HEARTBEAT_SECONDS }),
      notify: database.kind !== "embedded",
    };
  }

  async function createQueues(engine: PgBoss): Promise<void> {
    await engine.createQueue(store.DEAD_LETTERS, { retentionSeconds: KEEP_WAITING_SECONDS });
    await readIntoMemory(engine, store.DEAD_LETTERS);
    const existing = new Map((await engine.getQueues()).map((queue) => [queue.name, queue]));
    for (const workflow of workflows.values()) {
      const policy = workflow.oneAtATimeByKey ? "key_strict_fifo" : "standard";
      const queue = existing.get(workflow.name);
      if (queue !== undefined && queue.policy !== policy) {
        throw new Error(`The workflow ${workflow.name} cannot change oneAtATimeByKey; give it a new name.`);
      }
      if (queue === undefined) await engine.createQueue(workflow.name, { ...queueOptions(workflow), policy });
      else await engine.updateQueue(workflow.name, queueOptions(workflow));
      await readIntoMemory(engine, workflow.name);
    }
  }

  /** What the engine knows of a queue it need not ask beside the caller's transaction. */
  const readIntoMemory = (engine: PgBoss, queue: string) => engine.findJobs(queue, { id: NO_JOB });

  /** Nobody else can hold a job of the embedded database, so whatever is active was left by a process that died. */
  async function recover(engine: PgBoss): Promise<void> {
    const count = await store.putBackLost(db, "all");
    const exhausted = await store.listExhausted(db);
    for (const { id, name } of exhausted) await engine.fail(name, id, { message: "The process died while it ran." });
    if (count + exhausted.length > 0)
      logger.warn({ count, exhausted: exhausted.length }, "Interrupted jobs were found.");
  }

  async function sweep(): Promise<void> {
    try {
      const count = database.kind === "embedded" ? 0 : await store.putBackLost(db, "silent");
      if (count > 0) logger.warn({ count }, "Jobs of a worker that fell silent were put back.");
      await store.deleteBlockingFailures(db);
      if (performance.now() < cleanStepsAt) return;
      cleanStepsAt = performance.now() + STEP_CLEANING_MS;
      await store.deleteOrphanedSteps(db);
    } catch (error) {
      logger.error({ err: error }, "The workflows could not be swept.");
    }
  }

  async function startWorkers(engine: PgBoss, workflow: Workflow<object>): Promise<void> {
    const ids: string[] = [];
    workers.set(workflow.name, ids);
    for (let index = 0; index < workflow.concurrency; index += 1) {
      const handle = async ([job]: JobWithMetadata<object>[]) => {
        try {
          if (job !== undefined) await jobs.run(workflow, job);
        } finally {
          // There may be more: without this the worker would wait for its next poll after every single job.
          for (const id of ids) engine.notifyWorker(id);
        }
      };
      const options = { includeMetadata: true, pollingIntervalSeconds: POLL_SECONDS } as const;
      ids.push(await engine.work(workflow.name, { ...options, notifyPollingIntervalSeconds: POLL_SECONDS }, handle));
    }
  }

  function nudge(name: string): void {
    for (const milliseconds of NUDGE_MS) {
      setTimeout(() => {
        for (const id of workers.get(name) ?? []) boss?.notifyWorker(id);
      }, milliseconds).unref();
    }
  }

  async function open(work: boolean): Promise<PgBoss> {
    await store.createStepTable(db);
    const engine = createBoss(work);
    await engine.start();
    await createQueues(engine);
    return engine;
  }

  return {
    register(workflow) {
      if (workflows.has(workflow.name)) throw new Error(`The workflow ${workflow.name} was registered twice.`);
      workflows.set(workflow.name, workflow as unknown as Workflow<object>);
    },
    async migrate() {
      const engine = await open(false);
      await engine.stop({ graceful: false });
    },
    async start({ work = true } = {}) {
      if (boss !== undefined) throw new Error("The workflows were started twice.");
      boss = await open(work);
      if (!work) return;
      if (database.kind === "embedded") await recover(boss);
      for (const workflow of workflows.values()) await startWorkers(boss, workflow);
      sweeper = setInterval(() => {
        sweeping = sweeping.then(sweep);
      }, SWEEP_MS);
    },
    async enqueue(connection, workflow, input, { key, delaySeconds, id } = {}) {
      if (workflow.oneAtATimeByKey && key === undefined) throw new Error(`The workflow ${workflow.name} needs a key.`);
      const jobId = id === undefined ? undefined : jobIdOf(workflow.name, id);
      const created = await started().send(workflow.name, workflow.input.parse(input), {
        db: bossTransaction(connection),
        ...(jobId === undefined ? {} : { id: jobId }),
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(delaySeconds === undefined ? {} : { startAfter: delaySeconds }),
      });
      nudge(workflow.name);
      const result = created ?? jobId;
      if (result === undefined) throw new Error(`The workflow ${workflow.name} did not take the job.`);
      return result;
    },
    async schedule(workflow, cron, timezone, input) {
      const options = workflow.oneAtATimeByKey ? { singletonKey: "schedule" } : {};
      await started().schedule(workflow.name, cron, workflow.input.parse(input), { tz: timezone, ...options });
    },
    async stop(graceSeconds = DEFAULT_GRACE_SECONDS) {
      if (boss === undefined) return;
      clearInterval(sweeper);
      await sweeping;
      // The workers stop fetching at once, and the engine stops when the last job is done or was put back.
      await Promise.all([...workers.keys()].map((name) => boss?.offWork(name, { wait: false })));
      await jobs.finish(graceSeconds);
      // Handlers that ended are still being recorded; the engine waits for that, but not for those that were put back.
      await boss.stop({ graceful: true, timeout: RECORD_MS });
      workers.clear();
      boss = undefined;
    },
    listDeadLetters: store.listDeadLetters,
    async retryDeadLetter(connection, id) {
      const name = await store.findDeadLetterWorkflow(connection, id);
      if (name === undefined || !workflows.has(name)) return false;
      const options = { ids: [id], db: bossTransaction(connection) };
      const moved = await started().redrive(store.DEAD_LETTERS, options);
      nudge(name);
      return moved === 1;
    },
    deleteDeadLetter: store.deleteDeadLetter,
    countPending: (name) => store.countPending(db, name),
    names: () => [...workflows.keys()],
  };
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type DatabaseOptions, type Migrations, openDatabase, transact } from "@reef/db";
import {
  createServerDatabase,
  describeEachDatabase,
  silentLogger,
  temporaryFolder,
  testServerUrl,
  until,
} from "@reef/testing";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { defineWorkflow, PermanentFailure, type Workflow } from "./define-workflow.ts";
import type { DeadLetterPosition } from "./store.ts";
import { twoSteps } from "./test/two-steps.ts";
import { createWorkflows, type Workflows } from "./workflows.ts";

const migrations: Migrations = {
  "202611210020-create-effects": {
    up: async (db: Kysely<never>) => {
      await sql`create table effects (name text not null, attempt integer not null)`.execute(db);
    },
  },
};

const numbered = z.object({ number: z.number() });

describeEachDatabase("workflows", migrations, ({ database }) => {
  let running: Workflows[] = [];
  afterEach(async () => {
    await Promise.all(running.map((workflows) => workflows.stop(0)));
    running = [];
  });
  const start = async <Input extends object>(workflow: Workflow<Input>) => {
    const workflows = createWorkflows({ database: database(), logger: silentLogger });
    workflows.register(workflow);
    await workflows.start();
    running.push(workflows);
    return workflows;
  };

  it("a job exists if and only if the caller's transaction commits", async () => {
    const seen: number[] = [];
    const handle = async ({ number }: { number: number }) => void seen.push(number);
    const workflow = defineWorkflow({ name: "test.commit", input: numbered, handle });
    const workflows = await start(workflow);
    const { kysely } = database();
    const failing = transact(kysely, async (transaction) => {
      await workflows.enqueue(transaction, workflow, { number: 1 });
      throw new Error("rolled back");
    });
    await assert.rejects(failing, /rolled back/);
    await transact(kysely, (transaction) => workflows.enqueue(transaction, workflow, { number: 2 }));
    await until(() => seen.length > 0);
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.deepEqual(seen, [2]);
  });

  it("a recorded step gives its result and is not run again, and a failed one leaves nothing", async () => {
    let calls = 0;
    const results: unknown[] = [];
    const workflow = defineWorkflow({
      name: "test.steps",
      input: numbered,
      retryDelaySeconds: 1,
      async handle(_input, run) {
        results.push(await run.step("test.steps.first", async () => ({ call: ++calls })));
        await run.step("test.steps.second", async (transaction) => {
          await sql`insert into effects values ('steps', ${run.attempt})`.execute(transaction);
          if (run.attempt === 1) throw new Error("half way");
        });
      },
    });
    const workflows = await start(workflow);
    await workflows.enqueue(database().kysely, workflow, { number: 1 });
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.deepEqual(results, [{ call: 1 }, { call: 1 }]);
    const { rows } = await sql`select attempt from effects where name = 'steps'`.execute(database().kysely);
    assert.deepEqual(rows, [{ attempt: 2 }]);
  });

  it("jobs of one key never overlap and keep their order; jobs of other keys run beside them", async () => {
    const active = new Map<string, number>();
    const order: number[] = [];
    let overlapOfKey = 0;
    let mostAtOnce = 0;
    const begun = new Set<string>();
    const bothBegan = Promise.withResolvers<void>();
    const workflow = defineWorkflow({
      name: "test.keyed",
      input: z.object({ key: z.string(), number: z.number() }),
      oneAtATimeByKey: true,
      concurrency: 4,
      async handle({ key, number }) {
        active.set(key, (active.get(key) ?? 0) + 1);
        overlapOfKey = Math.max(overlapOfKey, active.get(key) ?? 0);
        mostAtOnce = Math.max(
          mostAtOnce,
          [...active.values()].reduce((sum, count) => sum + count, 0),
        );
        if (key === "a") order.push(number);
        if (begun.add(key).size === 2) bothBegan.resolve();
        // The first job of each key ends when that of the other has begun too, however long that takes.
        await bothBegan.promise;
        await sleep(30);
        active.set(key, (active.get(key) ?? 0) - 1);
      },
    });
    const workflows = await start(workflow);
    for (let number = 0; number < 8; number += 1) {
      for (const key of ["a", "b"]) await workflows.enqueue(database().kysely, workflow, { key, number }, { key });
    }
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.equal(overlapOfKey, 1);
    assert.equal(mostAtOnce, 2);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("a job that fails for good is a dead letter, lets the next one of its key through, and can be put back", async () => {
    const seen: string[] = [];
    let mended = false;
    const workflow = defineWorkflow({
      name: "test.failing",
      input: z.object({ name: z.string() }),
      oneAtATimeByKey: true,
      retries: 1,
      retryDelaySeconds: 0,
      async handle({ name }, run) {
        await run.step("test.failing.once", async () => void seen.push(name));
        if (name === "bad" && !mended) throw new Error("always");
        seen.push(`${name} done`);
      },
    });
    const workflows = await start(workflow);
    const { kysely } = database();
    await workflows.enqueue(kysely, workflow, { name: "bad" }, { key: "k" });
    await workflows.enqueue(kysely, workflow, { name: "good" }, { key: "k" });
    await until(() => seen.includes("good done"));
    const { letters, total } = await workflows.listDeadLetters(kysely, { limit: 10 });
    assert.equal(total, 1);
    assert.deepEqual(
      letters.map(({ id: _id, jobId: _jobId, failedAt: _failedAt, position: _position, ...letter }) => letter),
      [{ workflow: "test.failing", error: "always", attempts: 2 }],
    );
    mended = true;
    const id = letters[0]?.id ?? "";
    assert.equal(await transact(kysely, (transaction) => workflows.retryDeadLetter(transaction, id)), true);
    await until(() => seen.includes("bad done"));
    assert.deepEqual(seen, ["bad", "good", "good done", "bad done"]);
    assert.equal(await workflows.retryDeadLetter(kysely, id), false);
    assert.deepEqual(await workflows.listDeadLetters(kysely, { limit: 10 }), { letters: [], total: 0 });
  });

  it("a job that no repetition helps is a dead letter at once, and a retry of it has all its attempts again", async () => {
    const attempts: number[] = [];
    let mended = false;
    const workflow = defineWorkflow({
      name: "test.hopeless",
      input: numbered,
      retryDelaySeconds: 0,
      async handle(_input, run) {
        attempts.push(run.attempt);
        if (!mended) throw new PermanentFailure("never");
        if (run.attempt === 1) throw new Error("not yet");
      },
    });
    const workflows = await start(workflow);
    const { kysely } = database();
    await workflows.enqueue(kysely, workflow, { number: 1 });
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.deepEqual(attempts, [1]);
    const [letter] = (await workflows.listDeadLetters(kysely, { limit: 10 })).letters;
    assert.equal(letter?.error, "never");
    mended = true;
    assert.equal(await workflows.retryDeadLetter(kysely, letter.id), true);
    await until(() => attempts.length === 3);
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.deepEqual(attempts, [1, 1, 2]);
    assert.equal((await workflows.listDeadLetters(kysely, { limit: 10 })).total, 0);
  });

  it("dead letters are read page by page, each once, and a deleted one is gone", async () => {
    const workflow = defineWorkflow({
      name: "test.hopeless_many",
      input: numbered,
      concurrency: 4,
      async handle({ number }) {
        throw new PermanentFailure(`number ${number}`);
      },
    });
    const workflows = await start(workflow);
    const { kysely } = database();
    for (let number = 0; number < 5; number += 1) await workflows.enqueue(kysely, workflow, { number });
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    const read: string[] = [];
    for (let behind: DeadLetterPosition | undefined; ; ) {
      const { letters, total } = await workflows.listDeadLetters(kysely, { limit: 2, behind });
      if (letters.length === 0) break;
      assert.equal(total, 5);
      read.push(...letters.map(({ error }) => error));
      behind = letters.at(-1)?.position;
    }
    assert.deepEqual(read.sort(), ["number 0", "number 1", "number 2", "number 3", "number 4"]);
    for (const { id } of (await workflows.listDeadLetters(kysely, { limit: 5 })).letters) {
      assert.equal(await workflows.deleteDeadLetter(kysely, id), true);
      assert.equal(await workflows.deleteDeadLetter(kysely, id), false);
      assert.equal(await workflows.retryDeadLetter(kysely, id), false);
    }
    assert.deepEqual(await workflows.listDeadLetters(kysely, { limit: 5 }), { letters: [], total: 0 });
  });

  it("a repetition knows that a step was recorded, without running it", async () => {
    const known: boolean[] = [];
    const workflow = defineWorkflow({
      name: "test.known_steps",
      input: numbered,
      retryDelaySeconds: 0,
      async handle(_input, run) {
        known.push(await run.hasStep("test.known_steps.sent"));
        if (run.attempt > 1) return;
        await run.step("test.known_steps.sent", async () => {});
        throw new Error("right behind the step");
      },
    });
    const workflows = await start(workflow);
    await workflows.enqueue(database().kysely, workflow, { number: 1 });
    await until(async () => (await workflows.countPending(workflow.name)) === 0);
    assert.deepEqual(known, [false, true]);
  });

  it("a job with an id is made once, and one with a delay waits for it", async () => {
    const seen: number[] = [];
    const handle = async ({ number }: { number: number }) => void seen.push(number);
    const workflow = defineWorkflow({ name: "test.once", input: numbered, handle });
    const workflows = await start(workflow);
    const { kysely } = database();
    const first = await workflows.enqueue(kysely, workflow, { number: 1 }, { id: "invoice-7", delaySeconds: 3_600 });
    const second = await workflows.enqueue(kysely, workflow, { number: 2 }, { id: "invoice-7" });
    assert.equal(first, second);
    await workflows.enqueue(kysely, workflow, { number: 3 }, { delaySeconds: 1 });
    await until(() => seen.length === 1);
    assert.deepEqual(seen, [3], "the longer delay is not over");
    await sql`update workflows.job set start_after = now() where id = ${first}::uuid`.execute(kysely);
    await until(() => seen.length === 2);
    assert.deepEqual(seen, [3, 1]);
  });

  it("an attempt that takes too long is aborted and tried again", async () => {
    const reasons: unknown[] = [];
    const workflow = defineWorkflow({
      name: "test.slow",
      input: numbered,
      timeoutSeconds: 1,
      retryDelaySeconds: 0,
      async handle(_input, run) {
        if (run.attempt > 1) return;
        await once(run.signal, "abort");
        reasons.push(run.signal.aborted);
        await assert.rejects(run.step("test.slow.late", async () => {}));
      },
    });
    const workflows = await start(workflow);
    await workflows.enqueue(database().kysely, workflow, { number: 1 });
    await until(async () => reasons.length === 1 && (await workflows.countPending(workflow.name)) === 0);
  });

  it("a job that runs when the process stops is put back, and costs no attempt", async () => {
    const attempts: number[] = [];
    const workflow = defineWorkflow({
      name: "test.stopped",
      input: numbered,
      retries: 1,
      async handle(_input, run) {
        attempts.push(run.attempt);
        if (attempts.length < 3) await once(run.signal, "abort");
      },
    });
    for (let round = 1; round <= 3; round += 1) {
      const workflows = await start(workflow);
      if (round === 1) await workflows.enqueue(database().kysely, workflow, { number: 1 });
      await until(() => attempts.length === round);
      if (round < 3) await workflows.stop(0);
      else await until(async () => (await workflows.countPending(workflow.name)) === 0);
    }
    assert.equal((await running[0]?.listDeadLetters(database().kysely, { limit: 1 }))?.total, 0);
  });

  it("takes a cron line, and refuses one that is none", async () => {
    const workflow = defineWorkflow({ name: "test.cron", input: numbered, handle: async () => {} });
    const workflows = await start(workflow);
    await workflows.schedule(workflow, "*/5 * * * *", "Europe/Berlin", { number: 1 });
    await assert.rejects(workflows.schedule(workflow, "every day", "UTC", { number: 1 }));
    const { rows } = await sql`select name, cron, timezone from workflows.schedule`.execute(database().kysely);
    assert.deepEqual(rows, [{ name: "test.cron", cron: "*/5 * * * *", timezone: "Europe/Berlin" }]);
  });
});

describe("a worker that is killed between two steps", () => {
  const places: [string, () => Promise<{ options: DatabaseOptions; drop(): Promise<void> }>][] = [
    ["embedded", async () => ({ options: { folder: temporaryFolder("reef-killed") }, drop: async () => {} })],
  ];
  if (testServerUrl !== undefined) {
    const adminUrl = testServerUrl;
    places.push([
      "postgres",
      async () => {
        const { url, drop } = await createServerDatabase(adminUrl, migrations);
        return { options: { url }, drop };
      },
    ]);
  }
  for (const [kind, create] of places) {
    it(`leaves its job to the next one, which ends it exactly once in effect (${kind})`, async () => {
      const { options, drop } = await create();
      const prepared = await openDatabase(options);
      await sql`create table if not exists effects (name text not null, attempt integer not null)`.execute(
        prepared.kysely,
      );
      await prepared.close();

      const program = fileURLToPath(new URL("./test/doomed-worker.ts", import.meta.url));
      const child = spawn(process.execPath, [program, JSON.stringify(options)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      child.kill("SIGKILL");
      await once(child, "exit");

      const database = await openDatabase(options);
      const workflows = createWorkflows({ database, logger: silentLogger });
      const workflow = twoSteps();
      workflows.register(workflow);
      assert.equal(await workflows.countPending(workflow.name), 1);
      await workflows.start();
      await until(async () => (await workflows.countPending(workflow.name)) === 0);
      const { rows } = await sql`select name, attempt from effects order by name`.execute(database.kysely);
      assert.deepEqual(rows, [
        { name: "first reef", attempt: 1 },
        { name: "second reef", attempt: 1 },
      ]);
      assert.equal((await workflows.listDeadLetters(database.kysely, { limit: 1 })).total, 0);
      await workflows.stop();
      await database.close();
      await drop();
    });
  }
});

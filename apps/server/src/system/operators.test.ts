import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "@reef/config";
import { type Id, newId } from "@reef/crypto";
import {
  type AccountCaller,
  type AgentCaller,
  type Caller,
  createApp,
  createIdempotency,
  createLimits,
  type RunningServer,
  serve,
} from "@reef/http";
import { createMail, type MailParts, mailConfig, mailMigrations } from "@reef/mail";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry } from "@reef/telemetry";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { createWorkflows, defineWorkflow, PermanentFailure, type Workflows } from "@reef/workflows";
import { z } from "zod";
import { createDeadLetters } from "./dead-letters.ts";
import { createSystemRoutes } from "./routes.ts";

const MASTER_SECRET = "a master secret of the tests, long enough";
const SECRET = "what only the job may know";

const account = (isOperator: boolean): AccountCaller => ({
  kind: "account",
  personId: newId("usr"),
  name: isOperator ? "olga" : "peter",
  isOperator,
  scopes: new Set(["reef:operate", "agent:manage"]),
});
const agent: AgentCaller = {
  kind: "agent",
  agentId: newId("agt"),
  organizationId: newId("org"),
  name: "ada",
  fingerprint: "0000-0000-0000-0000",
  publicKey: "",
  scopes: new Set(["agent:manage"]),
};
const callers: Record<string, Caller> = { operator: account(true), person: account(false), agent };

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: number;
}
interface Letter {
  id: Id<"job">;
  workflow: string;
  error: string;
  attempts: number;
  failedAt: string;
}

describeEachDatabase("what operators see of a reef", mailMigrations, ({ database }) => {
  let workflows: Workflows;
  let mail: MailParts;
  let server: RunningServer;
  const done: number[] = [];
  let mended = false;
  const hopeless = defineWorkflow({
    name: "test.hopeless",
    input: z.object({ number: z.number(), secret: z.string() }),
    concurrency: 1,
    async handle({ number }) {
      if (!mended) throw new PermanentFailure(`Number ${number} was refused with Bearer 0123456789abcdef`);
      done.push(number);
    },
  });

  before(async () => {
    workflows = createWorkflows({ database: database(), logger: silentLogger });
    workflows.register(hopeless);
    mail = createMail({
      database: database(),
      workflows,
      masterSecret: MASTER_SECRET,
      config: loadConfig(mailConfig, {}),
    });
    await workflows.start();
    server = await start(mail.mailbox);
    for (let number = 0; number < 3; number += 1) {
      await workflows.enqueue(database().kysely, hopeless, { number, secret: SECRET });
    }
    await settle(hopeless.name);
  });
  after(async () => {
    await server.stop(1);
    await workflows.stop(0);
  });

  const start = (mailbox: MailParts["mailbox"]) => {
    const publicUrl = "http://reef.test";
    const app = createApp({
      publicUrl,
      routes: createSystemRoutes({
        database: database(),
        migrations: mailMigrations,
        supervisor: createSupervisor({ logger: silentLogger }),
        version: "0",
        deadLetters: createDeadLetters(workflows, MASTER_SECRET),
        mailbox,
      }),
      authenticator: { authenticate: ({ headers }) => callers[headers.authorization ?? ""] },
      // With one, changes run in a transaction, as they do in the server.
      recorder: { record: async () => {} },
      allowedOrigins: [],
      telemetry: createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
      limits: createLimits(100),
      idempotency: createIdempotency(MASTER_SECRET),
      db: database().kysely,
      trustedProxies: 0,
    });
    return serve(app, { host: "127.0.0.1", port: 0, publicUrl });
  };

  async function send<Answer>(path: string, { as = "operator", method = "GET", at = server.port } = {}) {
    const headers = as === "nobody" ? {} : { authorization: as };
    const response = await fetch(`http://127.0.0.1:${at}${path}`, { method, headers });
    const text = await response.text();
    const body = (text === "" ? undefined : JSON.parse(text)) as Answer & { code?: string };
    return { status: response.status, body, text };
  }
  const settle = async (name: string) => {
    while ((await workflows.countPending(name)) > 0) await sleep(10);
  };

  it("is for operators alone: nobody is 401, an agent and another person are 403", async () => {
    const routes: [method: string, path: string][] = [
      ["GET", "/api/admin/dead-letters"],
      ["POST", `/api/admin/dead-letters/${newId("job")}/retry`],
      ["DELETE", `/api/admin/dead-letters/${newId("job")}`],
      ["GET", "/api/mailbox"],
      ["GET", `/api/mailbox/${newId("mai")}`],
    ];
    for (const [method, path] of routes) {
      assert.equal((await send(path, { as: "nobody", method })).status, 401, path);
      for (const as of ["agent", "person"]) assert.equal((await send(path, { as, method })).status, 403, path);
    }
    const liveness = "/api/admin/liveness";
    assert.deepEqual(
      await Promise.all(
        ["nobody", "person", "agent", "operator"].map(async (as) => (await send(liveness, { as })).status),
      ),
      [401, 403, 200, 200],
    );
  });

  it("lists work that failed for good page by page, without what the jobs hold and without secrets", async () => {
    const first = await send<Page<Letter>>("/api/admin/dead-letters?limit=2");
    const second = await send<Page<Letter>>(`/api/admin/dead-letters?limit=2&cursor=${first.body.nextCursor}`);
    assert.deepEqual([first.body.total, second.body.total, second.body.nextCursor], [3, 3, null]);
    const letters = [...first.body.items, ...second.body.items];
    assert.deepEqual(
      letters.map(({ workflow, attempts, error }) => [workflow, attempts, error]).sort(),
      [0, 1, 2].map((number) => ["test.hopeless", 1, `Number ${number} was refused with Bearer [redacted]`]),
    );
    assert.equal(new Set(letters.map(({ id }) => id)).size, 3);
    assert.ok(!`${first.text}${second.text}`.includes(SECRET));
    assert.equal((await send("/api/admin/dead-letters?cursor=forged")).body.code, "list.invalid_cursor");
  });

  it("retries one and discards another; then neither is there any more", async () => {
    const { items } = (await send<Page<Letter>>("/api/admin/dead-letters")).body;
    const [retried, discarded, kept] = items;
    assert.ok(retried && discarded && kept);
    mended = true;
    const retry = (id: string) => send(`/api/admin/dead-letters/${id}/retry`, { method: "POST" });
    const discard = (id: string) => send(`/api/admin/dead-letters/${id}`, { method: "DELETE" });
    assert.equal((await retry(retried.id)).status, 204);
    await settle(hopeless.name);
    assert.deepEqual(done, [Number(/\d/.exec(retried.error)?.[0])]);
    assert.equal((await discard(discarded.id)).status, 204);
    for (const id of [retried.id, discarded.id, newId("job"), "no-id"]) {
      assert.equal((await retry(id)).status, 404, id);
      assert.equal((await discard(id)).status, 404, id);
    }
    assert.equal((await retry(retried.id)).body.code, "system.dead_letter_not_found");
    const left = (await send<Page<Letter>>("/api/admin/dead-letters")).body;
    assert.deepEqual(left, { items: [kept], nextCursor: null, total: 1 });
    assert.equal(done.length, 1);
  });

  it("shows mail that stays here, and none where mail is sent", async () => {
    const link = "https://reef.example/verify?token=1";
    await mail.mailer.send(undefined, {
      to: "ada@people.example",
      subject: "Hello",
      text: link,
      html: `<p>${link}</p>`,
    });
    await settle("mail.send");
    const list = await send<Page<{ id: string; to: string; subject: string; at: string }>>("/api/mailbox");
    const [item] = list.body.items;
    assert.ok(item);
    assert.deepEqual(list.body, {
      items: [{ ...item, to: "ada@people.example", subject: "Hello" }],
      nextCursor: null,
      total: 1,
    });
    assert.ok(!list.text.includes(link));
    const { body } = await send(`/api/mailbox/${item.id}`);
    assert.deepEqual(body, { ...item, text: link, html: `<p>${link}</p>` });
    assert.equal((await send(`/api/mailbox/${newId("mai")}`)).body.code, "mail.not_found");
    const without = await start(undefined);
    for (const path of ["/api/mailbox", `/api/mailbox/${item.id}`]) {
      const answer = await send(path, { at: without.port });
      assert.deepEqual([answer.status, answer.body.code], [404, "mail.no_mailbox"]);
    }
    await without.stop(1);
  });
});

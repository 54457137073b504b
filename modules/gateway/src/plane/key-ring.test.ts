import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { createSupervisor } from "@reef/supervision";
import { collectLogs, describeEachDatabase, silentLogger, until } from "@reef/testing";
import { newAgent } from "@reef/testing/http";
import { type Kysely, sql } from "kysely";
import { gatewayMigrations } from "../migrations/index.ts";
import { tables } from "../schema.ts";
import { deleteBudget, insertBudget } from "../store/budgets.ts";
import { touchChanges } from "../store/changes.ts";
import { insertKey, revokeKey, updateKey } from "../store/keys.ts";
import { createTestIdentity, frozenClock, movableClock } from "../test/gateway-people.ts";
import { createKeyRing, type KeyRingDependencies } from "./key-ring.ts";

describeEachDatabase("key rings", gatewayMigrations, ({ database }) => {
  /** Counts the queries of a ring, so that what is found in memory shows. */
  function countingDatabase() {
    let queries = 0;
    const kysely: Kysely<object> = database().kysely.withPlugin({
      transformQuery({ node }) {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    return { database: { ...database(), kysely }, queries: () => queries };
  }

  function startRing(options: Partial<KeyRingDependencies> = {}) {
    const identity = createTestIdentity();
    const counting = countingDatabase();
    const ring = createKeyRing({ database: counting.database, logger: silentLogger, identity, ...options });
    const find = (secret: string, connection = {}) => ring.find(secret, connection);
    return { ...ring, find, identity, queries: counting.queries };
  }

  const newSecret = () => `rk_${randomBytes(32).toString("base64url")}`;

  async function addKey(more: Partial<Parameters<typeof insertKey>[2]> = {}, organizationId = newId("org")) {
    const secret = newSecret();
    const key = await insertKey(database().kysely, organizationId, {
      name: "test",
      hash: createHash("sha256").update(secret).digest(),
      hint: secret.slice(-4),
      agentId: null,
      workspaceId: null,
      models: null,
      requestsPerMinute: null,
      tokensPerMinute: null,
      capture: null,
      cache: null,
      createdBy: { personId: newId("usr"), name: "admin" },
      createdAt: new Date(),
      expiresAt: null,
      ...more,
    });
    return { secret, organizationId, id: key.id };
  }

  async function addBudget(
    organizationId: Id<"org">,
    scope: "key" | "agent" | "workspace" | "organization",
    scopeId: string,
  ) {
    const budgetId = await insertBudget(database().kysely, organizationId, {
      scope,
      scopeId,
      period: "month",
      limits: { tokens: 100, costNanos: null },
      now: new Date(),
    });
    assert.ok(budgetId);
    return budgetId;
  }

  it("OC13: a key is found by its secret: by query once, then in memory, with all that a call needs to know", async () => {
    const organizationId = newId("org");
    const agent = newAgent("ada", organizationId);
    const workspaceId = newId("wsp");
    const expiresAt = new Date("2099-01-01");
    const limits = { models: ["fast"], requestsPerMinute: 5, tokensPerMinute: 500, expiresAt };
    const { secret, id } = await addKey({ agentId: agent.agentId, workspaceId, ...limits }, organizationId);
    const budgets = [
      await addBudget(organizationId, "key", toUuid(id)),
      await addBudget(organizationId, "workspace", toUuid(workspaceId)),
      await addBudget(organizationId, "agent", toUuid(agent.agentId)),
      await addBudget(organizationId, "organization", toUuid(organizationId)),
    ];
    await addBudget(organizationId, "key", toUuid(newId("key")));
    await addBudget(newId("org"), "agent", toUuid(agent.agentId));
    const ring = startRing();
    ring.identity.agents.push(agent);
    const found = await ring.find(secret);
    assert.deepEqual(found, {
      id: toUuid(id),
      organizationId: toUuid(organizationId),
      agentId: toUuid(agent.agentId),
      workspaceId: toUuid(workspaceId),
      models: new Set(["fast"]),
      requestsPerMinute: 5,
      tokensPerMinute: 500,
      capture: null,
      cache: null,
      expiresAt: expiresAt.getTime(),
      budgets: budgets.map((budgetId) => toUuid(budgetId)),
      unserved: null,
    });
    const queries = ring.queries();
    for (let index = 0; index < 100; index += 1) assert.equal(ring.find(secret), found);
    assert.equal(ring.queries(), queries);
  });

  it("OC13: what is no secret is refused without a query, and many who ask for one key at once share one reading", async () => {
    const { secret } = await addKey();
    const ring = startRing();
    for (const wrong of [
      "",
      "rk_",
      "sk-ant-api03",
      secret.slice(0, -1),
      `${secret}A`,
      ` ${secret}`,
      `${secret.slice(0, -1)}/`,
    ]) {
      assert.equal(ring.find(wrong), undefined, wrong);
    }
    assert.equal(ring.queries(), 0);
    const first = await Promise.all(Array.from({ length: 50 }, () => ring.find(secret)));
    assert.ok(first.every((key) => key !== undefined && key === first[0]));
    assert.equal(ring.queries(), 3, "the key, its budgets, and how its organization stands");
  });

  it("who guesses costs a query for many guesses, is remembered for a moment, and pushes no good key out", async () => {
    const clock = frozenClock(Date.now());
    const { secret } = await addKey();
    const ring = startRing({ clock });
    assert.ok(await ring.find(secret));
    const before = ring.queries();
    const guesses = Array.from({ length: 2_000 }, newSecret);
    const answers = await Promise.all(guesses.map((guess) => ring.find(guess)));
    assert.ok(answers.every((key) => key === undefined));
    assert.ok(ring.queries() - before < 20, String(ring.queries() - before));
    const after = ring.queries();
    for (const guess of guesses) assert.equal(ring.find(guess), undefined);
    assert.ok(!(ring.find(secret) instanceof Promise));
    assert.equal(ring.queries(), after);
    clock.advance(6_000);
    assert.ok(ring.find(guesses[0] ?? "") instanceof Promise, "then it is looked up again");
  });

  it("a revocation, a change and an end hold in every process soon, by their loops alone", async () => {
    const rings = [startRing(), startRing()];
    const supervisors = rings.map(({ loop }) => {
      const supervisor = createSupervisor({ logger: silentLogger });
      supervisor.start(loop);
      return supervisor;
    });
    try {
      const { kysely } = database();
      const revoked = await addKey();
      const changed = await addKey();
      const find = (secret: string) => Promise.all(rings.map((ring) => ring.find(secret)));
      for (const { secret } of [revoked, changed]) assert.ok((await find(secret)).every((key) => key !== undefined));
      await revokeKey(kysely, revoked.organizationId, revoked.id, new Date());
      await updateKey(kysely, changed.organizationId, changed.id, { models: ["fast"], requestsPerMinute: 7 });
      await until(async () => (await find(revoked.secret)).every((key) => key === undefined));
      await until(async () => (await find(changed.secret)).every((key) => key?.requestsPerMinute === 7));
      assert.ok((await find(changed.secret)).every((key) => key?.models?.has("fast")));
      await updateKey(kysely, changed.organizationId, changed.id, { expiresAt: new Date(Date.now() - 1_000) });
      await until(async () => (await find(changed.secret)).every((key) => key === undefined));
      await updateKey(kysely, changed.organizationId, changed.id, { expiresAt: null });
      await until(async () => (await find(changed.secret)).every((key) => key !== undefined));
    } finally {
      await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    }
  });

  it("a key is refused from the moment at which it ends, and one that ended or was revoked before is never found", async () => {
    const clock = frozenClock(Date.now());
    const ring = startRing({ clock });
    const ending = await addKey({ expiresAt: new Date(clock.now() + 1_000) });
    const over = await addKey({ expiresAt: new Date(clock.now()) });
    const revoked = await addKey();
    await revokeKey(database().kysely, revoked.organizationId, revoked.id, new Date());
    assert.ok(await ring.find(ending.secret));
    assert.equal(await ring.find(over.secret), undefined);
    assert.equal(await ring.find(revoked.secret), undefined);
    clock.advance(999);
    assert.ok(ring.find(ending.secret));
    clock.advance(1);
    assert.equal(ring.find(ending.secret), undefined);
  });

  it("keys of a suspended organization and of a disabled agent are refused, and good again when that ends", async () => {
    const clock = movableClock();
    const ring = startRing({ clock });
    const organizationId = newId("org");
    const [agent, disabled] = [newAgent("ada", organizationId), newAgent("bo", organizationId)];
    ring.identity.agents.push(agent, disabled);
    ring.identity.disabled.add(disabled.agentId);
    const whole = await addKey({}, organizationId);
    const ofAgent = await addKey({ agentId: agent.agentId }, organizationId);
    const ofDisabled = await addKey({ agentId: disabled.agentId }, organizationId);
    const ofNobody = await addKey({ agentId: newId("agt") }, organizationId);
    for (const { secret } of [whole, ofAgent]) assert.ok(await ring.find(secret));
    for (const { secret } of [ofDisabled, ofNobody]) assert.equal(await ring.find(secret), undefined);
    ring.noteAgent(agent.agentId, true);
    assert.equal(ring.find(ofAgent.secret), undefined);
    assert.ok(ring.find(whole.secret));
    ring.noteAgent(agent.agentId, false);
    assert.ok(ring.find(ofAgent.secret));
    ring.identity.disabled.delete(disabled.agentId);
    clock.advance(6_000);
    assert.ok(await ring.find(ofDisabled.secret));
    ring.identity.suspended.add(organizationId);
    for (const { secret } of [whole, ofAgent, ofDisabled]) assert.equal(ring.find(secret), undefined);
    ring.identity.suspended.clear();
    assert.ok(ring.find(whole.secret));
  });

  it("a budget that comes or goes is known of all keys that draw on it after the next look, and told once", async () => {
    const told: (string | undefined)[] = [];
    const ring = startRing({ onBudgetsChanged: (organizationId) => told.push(organizationId) });
    const { secret, organizationId } = await addKey();
    const budgetsOf = async () => (await ring.find(secret))?.budgets;
    assert.deepEqual(await budgetsOf(), []);
    const { kysely } = database();
    const budgetId = await addBudget(organizationId, "organization", toUuid(organizationId));
    await touchChanges(kysely, organizationId);
    await ring.refresh();
    assert.deepEqual(await budgetsOf(), [toUuid(budgetId)]);
    await ring.refresh();
    assert.deepEqual(told.filter((id) => id === toUuid(organizationId)).length, 1);
    await deleteBudget(kysely, organizationId, budgetId);
    await touchChanges(kysely, organizationId);
    await ring.refresh();
    assert.deepEqual(await budgetsOf(), []);
  });

  it("a budget is known after the next look also where its transaction took half a minute to commit", async () => {
    const { secret, organizationId } = await addKey();
    const ring = startRing();
    await ring.find(secret);
    await ring.refresh();
    const budgetId = await database()
      .kysely.transaction()
      .execute(async (transaction) => {
        const added = await insertBudget(transaction, organizationId, {
          scope: "organization",
          scopeId: toUuid(organizationId),
          period: "month",
          limits: { tokens: 100, costNanos: null },
          now: new Date(),
        });
        await touchChanges(transaction, organizationId);
        // What was stamped half a minute before the transaction commits.
        await sql`
          update gateway.changes set changed_at = changed_at - interval '30 seconds'
          where organization_id = ${toUuid(organizationId)}`.execute(transaction);
        return added;
      });
    assert.ok(budgetId);
    await ring.refresh();
    assert.deepEqual((await ring.find(secret))?.budgets, [toUuid(budgetId)]);
  });

  it("without the database known keys go on for a minute, then and for others the reef is not available", async () => {
    const clock = frozenClock(Date.now());
    let isAway = false;
    const whole = database();
    const kysely = whole.kysely.withPlugin({
      transformQuery({ node }) {
        if (isAway) throw new Error("The database is away.");
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const ring = startRing({ clock, database: { ...whole, kysely } });
    const [known, other] = [await addKey(), await addKey()];
    assert.ok(await ring.find(known.secret));
    isAway = true;
    clock.advance(60_000);
    assert.ok(ring.find(known.secret));
    await assert.rejects(async () => ring.find(other.secret), { code: "http.unavailable" });
    clock.advance(1);
    assert.throws(() => ring.find(known.secret), { code: "http.unavailable" });
    isAway = false;
    await revokeKey(whole.kysely, known.organizationId, known.id, new Date());
    await ring.refresh();
    assert.equal(await ring.find(known.secret), undefined, "what was missed meanwhile is read anew");
    assert.ok(await ring.find(other.secret));
  });

  it("that a key was used is noted beside its calls, once a minute at most", async () => {
    const clock = movableClock();
    const ring = startRing({ clock });
    const { secret, id } = await addKey();
    const lastUsed = async () =>
      (
        await tables(database().kysely)
          .selectFrom("gateway.keys")
          .select("last_used_at")
          .where("id", "=", toUuid(id))
          .executeTakeFirstOrThrow()
      ).last_used_at?.getTime();
    /** One round of the loop, at the end of which what was used is written. */
    const work = () => {
      const stop = new AbortController();
      return ring.loop.run({ beat: () => stop.abort(), signal: stop.signal, sleep: async () => {} });
    };
    await ring.find(secret);
    await work();
    const first = await lastUsed();
    assert.ok(first !== undefined);
    clock.advance(30_000);
    ring.find(secret);
    await work();
    assert.equal(await lastUsed(), first);
    clock.advance(31_000);
    ring.find(secret);
    await work();
    assert.ok(((await lastUsed()) ?? 0) > first);
  });

  it("OC13: no secret, and no part of one, stands in what a ring logs", async () => {
    const { logger, lines } = collectLogs();
    const whole = database();
    const kysely = whole.kysely.withPlugin({
      transformQuery: () => {
        throw new Error("The database is away.");
      },
      transformResult: async ({ result }) => result,
    });
    const ring = startRing({ logger, database: { ...whole, kysely } });
    const secret = newSecret();
    const failure = await Promise.resolve(ring.find(secret)).catch((error: unknown) => error);
    logger.error({ err: failure }, "A call failed.");
    const stop = new AbortController();
    await ring.loop.run({ beat: () => {}, signal: stop.signal, sleep: async () => stop.abort() });
    assert.ok(lines().length >= 2);
    assert.ok(!JSON.stringify(lines()).includes(secret.slice(3, 20)));
  });

  it("the hash of a key's secret is unique, and found by its index", async () => {
    await addKey();
    const { rows } = await sql<{ indexdef: string }>`
      select indexdef from pg_indexes where schemaname = 'gateway' and tablename = 'keys'`.execute(database().kysely);
    assert.ok(rows.some(({ indexdef }) => /UNIQUE INDEX .* USING btree \(hash\)/.test(indexdef)));
  });
});

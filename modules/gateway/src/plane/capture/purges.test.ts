import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { newId, toUuid } from "@reef/crypto";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import { sql } from "kysely";
import { getCaptureSettings, saveCaptureSettings } from "../../store/capture-settings.ts";
import { findCapture, purgeCaptures } from "../../store/captures.ts";
import { insertKey } from "../../store/keys.ts";
import { serverMigrations } from "../../test/gateway-over-http.ts";
import { createCaptures } from "./captures.ts";

describeEachDatabase("captures that take long to be stored", serverMigrations, ({ database, kind }) => {
  // The embedded database has one session, so nothing is purged there while something else is stored.
  if (kind !== "postgres") return;

  it("what was said before a purge stays unreadable, also where it is stored long after it", async (context) => {
    const { kysely } = database();
    const organizationId = newId("org");
    const settings = await getCaptureSettings(kysely, organizationId);
    await saveCaptureSettings(kysely, organizationId, { ...settings, enabled: true });
    const { id: keyId } = await insertKey(kysely, organizationId, {
      name: "captured",
      hash: randomBytes(32),
      hint: "abcd",
      agentId: null,
      workspaceId: null,
      models: null,
      requestsPerMinute: null,
      tokensPerMinute: null,
      capture: { retentionDays: 5, redact: [] },
      cache: null,
      createdBy: { personId: newId("usr"), name: "Ada" },
      createdAt: new Date(),
      expiresAt: null,
    });
    const captures = createCaptures({ database: database(), masterSecret: "a secret of tests", logger: silentLogger });
    context.after(() => captures.close());
    const take = (id: `use_${string}`) =>
      captures.take({
        id: toUuid(id),
        organizationId: toUuid(organizationId),
        keyId: toUuid(keyId),
        kinds: [],
        operation: "openai-chat",
        request: Buffer.from("{}"),
        answer: [Buffer.from("{}")],
        answerBytes: 2,
        beganAt: performance.now(),
      });
    const store = () => captures.loop.run({ beat() {}, signal: AbortSignal.abort(), sleep: async () => {} });
    const [before, after] = [newId("use"), newId("use")];
    const beganAt = performance.now();
    take(before);
    const storing = await kysely.transaction().execute(async (holding) => {
      await sql`lock table gateway.captures in share row exclusive mode`.execute(holding);
      const stored = store();
      await until(async () => {
        const { rows } = await sql`
          select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database() and query like '%into gateway.captures%'`.execute(
          kysely,
        );
        return rows.length > 0;
      });
      await purgeCaptures(kysely, organizationId, undefined);
      await sleep(performance.now() - beganAt + 50);
      return { stored };
    });
    await storing.stored;
    assert.equal(await findCapture(kysely, organizationId, before), undefined);
    take(after);
    await store();
    assert.ok(await findCapture(kysely, organizationId, after));
  });
});

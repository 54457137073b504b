import assert from "node:assert/strict";
import { it } from "node:test";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { defineWorkflow } from "@reef/workflows";
import { z } from "zod";
import { serverMigrations, startReefWithStripe } from "./test/reef-with-stripe.ts";

const reconcile = defineWorkflow({ name: "billing.reconcile-stripe", input: z.object({}), handle: async () => {} });

describeEachDatabase("a reef that comes to another account at Stripe, or back late", serverMigrations, (test) => {
  it("what the new account does not know is noted and told once; a checkout there begins a new subscription", async () => {
    const before = await startReefWithStripe(test.database());
    const payer = await before.newOrganization();
    await payer.pay();
    await before.settle();
    const old = await payer.subscription();
    assert.equal(old?.orphaned_at, null);
    await before.stop();

    const logs = collectLogs();
    const reef = await startReefWithStripe(test.database(), { logger: logs.logger });
    try {
      await reef.schedule();
      await reef.settle();
      const orphaned = await payer.subscription();
      assert.deepEqual([orphaned?.state, orphaned?.id], ["active", old?.id]);
      assert.ok(orphaned?.orphaned_at instanceof Date);
      assert.equal(orphaned.version, old?.version, "nobody has changed anything of it");
      await reef.workflows.enqueue(reef.db, reconcile, {});
      await reef.settle();
      const told = logs.lines().filter(({ organizationId }) => organizationId === payer.id);
      assert.deepEqual(
        told.map(({ level }) => level),
        ["warn"],
      );

      const back = await reef.newPayer(payer.id);
      await back.openCheckout("pro");
      await reef.settle();
      assert.ok((await back.subscription())?.orphaned_at instanceof Date, "it stays so until the checkout is paid");
      await back.pay("pro");
      await reef.settle();
      const anew = await back.subscription();
      assert.deepEqual([anew?.state, anew?.orphaned_at], ["active", null]);
      assert.notEqual(anew?.id, old?.id);
      assert.deepEqual(await back.changes(), ["none > active", "none > active"]);
      assert.equal((await back.allowance())?.limitTokens, (await reef.getPlan("pro")).allowanceTokens);
    } finally {
      await reef.stop();
    }
  });

  it("months that passed unheard are on record with their plans, each once, and are summed up", async () => {
    const reef = await startReefWithStripe(test.database());
    try {
      const payer = await reef.newOrganization();
      await payer.openCheckout();
      await payer.setClock(125);
      await payer.pay();
      await reef.settle();
      reef.standIn.deliveries.hold();
      await payer.letPass(124);
      reef.standIn.deliveries.lose();
      reef.standIn.deliveries.resume();
      assert.equal((await payer.periods()).length, 1);
      for (let times = 0; times < 2; times += 1) {
        await reef.workflows.enqueue(reef.db, reconcile, {});
        await reef.settle();
      }
      const months = await payer.periods();
      assert.equal(months.length, 5);
      for (const [index, month] of months.entries()) {
        const next = months[index + 1];
        if (next !== undefined) assert.deepEqual(month.period_end, next.period_start);
        assert.deepEqual([month.plan_name, month.closed_at], ["Starter", null]);
      }
      assert.equal(new Set(months.map((month) => month.subscription_id)).size, 1);
    } finally {
      await reef.stop();
    }
  });
});

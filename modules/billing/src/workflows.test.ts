import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { createWorkflows, type Workflows } from "@reef/workflows";
import { sql } from "kysely";
import { billingErrors } from "./errors.ts";
import type { Overage, Payments } from "./payments.ts";
import { serverMigrations } from "./test/billing-over-http.ts";
import { type OrderCharge, registerCharging } from "./workflows.ts";

describeEachDatabase("charges at Stripe for what goes beyond an allowance", serverMigrations, ({ database }) => {
  const organizationId = newId("org");
  const periodId = newId("per");
  let workflows: Workflows;
  let order: OrderCharge;
  let asked: Overage[];
  /** How often Stripe takes a charge and its answer is lost. */
  let lostAnswers: number;

  const refuse = () => Promise.reject(billingErrors.payments_off());
  const payments: Payments = {
    kind: "stripe",
    startCheckout: refuse,
    openPortal: refuse,
    orderChange: refuse,
    async chargeOverage(_db, overage) {
      asked.push(overage);
      lostAnswers -= 1;
      if (lostAnswers >= 0) throw billingErrors.stripe_failed();
    },
  };

  before(async () => {
    workflows = createWorkflows({ database: database(), logger: silentLogger });
    order = registerCharging({ db: database().kysely, workflows, payments });
    await workflows.start();
  });
  after(() => workflows.stop(5));
  beforeEach(async () => {
    asked = [];
    lostAnswers = 0;
    await sql`truncate billing.periods`.execute(database().kysely);
    await sql`
      insert into billing.periods (id, organization_id, subscription_id, period_start, period_end, plan_id, plan_name,
        price_cents, currency, at_limit, overage_tokens, overage_cents)
      values (${toUuid(periodId)}, ${toUuid(organizationId)}, ${toUuid(newId("sub"))}, '2027-01-15', '2027-02-15',
        ${toUuid(newId("pln"))}, 'Metered', 1000, 'eur', 'charge', 2500000, 250)`.execute(database().kysely);
  });

  const orderOne = () => transact(database().kysely, (transaction) => order(transaction, organizationId, periodId));
  const sumUpTo = (cents: number) =>
    sql`update billing.periods set overage_cents = ${cents}`.execute(database().kysely);
  const settle = async () => {
    for (let polls = 0; polls < 2_000; polls += 1) {
      // The next attempt is brought forward, since it would come in half a minute.
      await sql`
        update workflows.job set start_after = now() where name = 'billing.charge-overage' and state = 'retry'`.execute(
        database().kysely,
      );
      if ((await workflows.countPending("billing.charge-overage")) === 0) return;
      await sleep(20);
    }
    assert.fail("The charge did not come to an end.");
  };
  const said = () => asked.map(({ cents, key }) => [cents, key]);

  it("each cent is charged once, however often it is ordered", async () => {
    for (let orders = 0; orders < 3; orders += 1) await orderOne();
    await settle();
    assert.deepEqual(asked, [
      {
        organizationId,
        periodId,
        cents: 250,
        currency: "eur",
        description: "2,500,000 tokens beyond the allowance of Metered",
        key: `${periodId}_0_250`,
      },
    ]);
    await sumUpTo(300);
    await orderOne();
    await settle();
    await sumUpTo(280);
    await orderOne();
    await settle();
    assert.deepEqual(said().slice(1), [[50, `${periodId}_250_300`]]);
  });

  it("a charge whose answer is lost is repeated as it was, and what was counted meanwhile comes on top", async () => {
    lostAnswers = 2;
    await orderOne();
    while (asked.length === 0) await sleep(20);
    await sumUpTo(400);
    await orderOne();
    await settle();
    assert.deepEqual(said(), [...Array(3).fill([250, `${periodId}_0_250`]), [150, `${periodId}_250_400`]]);
  });
});

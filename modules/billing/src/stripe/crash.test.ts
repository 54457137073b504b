import assert from "node:assert/strict";
import { it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { serverMigrations, startReefWithStripe } from "./test/reef-with-stripe.ts";

describeEachDatabase("a crash between an event and what follows from it", serverMigrations, ({ database }) => {
  it("OC18: an event that was kept before it takes effect when the reef is back", async () => {
    // It takes events and does nothing else: as one that is killed between the two.
    const dying = await startReefWithStripe(database(), { work: false });
    const payer = await dying.newOrganization();
    await payer.pay();
    await dying.settleEvents();
    assert.equal(await payer.subscription(), undefined);
    assert.equal((await dying.workflows.countPending("billing.read-stripe")) > 0, true);

    const back = await startReefWithStripe(database(), { standIn: dying.standIn });
    await back.settle();
    assert.equal(await payer.state(), "active");
    await back.stop();
    await dying.stop();
  });
});

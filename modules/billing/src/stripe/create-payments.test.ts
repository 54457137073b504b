import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadConfig } from "@reef/config";
import { StartupError } from "@reef/db";
import { billingConfig } from "../config.ts";
import { createPayments, type PaymentsDependencies } from "./create-payments.ts";

describe("the settings of payments", () => {
  const key = `sk_test_${"x".repeat(24)}`;
  const start = (settings: Record<string, string | undefined>) =>
    createPayments({ config: loadConfig(billingConfig, settings) } as unknown as PaymentsDependencies);

  it("those that contradict each other are refused, and what is wrong is said without the key", () => {
    const wrong = [
      { REEF_STRIPE_FAKE: "true", REEF_STRIPE_SECRET_KEY: key, REEF_STRIPE_WEBHOOK_SECRET: "whsec_1" },
      { REEF_STRIPE_FAKE: "true", NODE_ENV: "production" },
      { REEF_STRIPE_SECRET_KEY: key },
    ];
    for (const settings of wrong) {
      assert.throws(
        () => start(settings),
        (error) => error instanceof StartupError && !error.message.includes(key) && /REEF_STRIPE/.test(error.message),
      );
    }
  });

  it("without any, plans are not paid for in the reef", async () => {
    const { payments } = start({});
    assert.equal(payments.kind, "none");
    await assert.rejects(payments.openPortal({} as never, "org_1"), { code: "billing.payments_off" });
  });
});

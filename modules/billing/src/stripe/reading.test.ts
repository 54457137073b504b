import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type Stripe from "stripe";
import { isOwing } from "./reading.ts";

/** As much of Stripe's objects as tells whether something is owed. */
const owing = (subscription: Stripe.Subscription.Status, invoice: Stripe.Invoice.Status, of: string | null = "sub_1") =>
  isOwing({
    subscriptions: [{ id: "sub_1", status: subscription }],
    invoices: [{ status: invoice, parent: of === null ? null : { subscription_details: { subscription: of } } }],
  } as unknown as Parameters<typeof isOwing>[0]);

describe("what an organization owes at Stripe", () => {
  it("is every open invoice, but not the first one of what was begun and never paid", () => {
    assert.equal(owing("canceled", "open"), true);
    assert.equal(owing("canceled", "open", null), true, "a last charge of what went beyond the allowance");
    assert.equal(owing("incomplete", "open", "sub_2"), true);
    for (const status of ["incomplete", "incomplete_expired"] as const) assert.equal(owing(status, "open"), false);
    for (const status of ["paid", "void", "uncollectible", "draft"] as const)
      assert.equal(owing("canceled", status), false);
  });
});

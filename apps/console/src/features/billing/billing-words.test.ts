import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  allowanceOf,
  beyondOf,
  centsOf,
  dayOf,
  formatMoney,
  invoiceLookOf,
  lookOf,
  moneyText,
  monthOf,
  priceOf,
  serves,
  timeLeft,
} from "./billing-words.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");

describe("billing in words", () => {
  it("money has the digits of its currency, there and back", () => {
    assert.equal(formatMoney(4_900, "usd"), "$49.00");
    assert.equal(formatMoney(-320, "eur"), "-€3.20");
    assert.equal(formatMoney(500, "jpy"), "¥500");
    for (const [cents, currency] of [
      [4_950, "usd"],
      [500, "jpy"],
      [1_999, "eur"],
    ] as const) {
      assert.equal(centsOf(moneyText(cents, currency), currency), cents);
    }
    assert.equal(moneyText(null, "usd"), "");
  });

  it("a price says that it is for a month, and what is beyond the allowance its consequence", () => {
    assert.equal(priceOf({ priceCents: 4_900, currency: "usd" }), "$49.00 a month");
    assert.equal(priceOf({ priceCents: 0, currency: "usd" }), "Free");
    const limits = { allowanceTokens: 5_000_000, allowanceMicros: null };
    assert.equal(allowanceOf(limits), "5M tokens a month");
    assert.equal(allowanceOf({ ...limits, allowanceMicros: 20_000_000 }), "5M tokens and $20.00 of models a month");
    assert.equal(allowanceOf({ allowanceTokens: null, allowanceMicros: null }), "No limit");
    const terms = { ...limits, currency: "usd" };
    assert.match(
      beyondOf({ ...terms, atLimit: "stop", overageCentsPerMillion: null }),
      /calls stop until the next month/,
    );
    assert.match(
      beyondOf({ ...terms, atLimit: "charge", overageCentsPerMillion: 150 }),
      /\$1\.50 for each million tokens/,
    );
    assert.equal(
      beyondOf({ ...terms, allowanceTokens: null, atLimit: "stop", overageCentsPerMillion: null }),
      "Nothing stops calls.",
    );
  });

  it("days are those of UTC, with the year where it is another one", () => {
    assert.equal(dayOf("2026-12-21T23:59:00Z", NOW), "21 Dec");
    assert.equal(dayOf("2027-01-21T00:00:00Z", NOW), "21 Jan 2027");
    assert.equal(monthOf("2026-11-21T10:00:00Z", "2026-12-21T10:00:00Z"), "21 Nov – 21 Dec 2026");
    assert.equal(monthOf("2026-12-21T10:00:00Z", "2027-01-21T10:00:00Z"), "21 Dec 2026 – 21 Jan 2027");
  });

  it("the time that is left is never said to be more than it is", () => {
    assert.equal(timeLeft("2026-11-23T09:59:59Z", NOW), "1 day");
    assert.equal(timeLeft("2026-11-23T10:00:00Z", NOW), "2 days");
    assert.equal(timeLeft("2026-11-22T09:00:00Z", NOW), "less than a day");
    assert.equal(timeLeft("2026-11-01T09:00:00Z", NOW), "less than a day");
  });

  it("every state has a word of its own, and only those that serve look so", () => {
    const states = ["trial", "active", "past_due", "suspended", "cancelled"] as const;
    const words = states.map((state) => lookOf({ state, endsAtPeriodEnd: false }).word);
    assert.equal(new Set(words).size, states.length);
    assert.deepEqual(
      states.filter((state) => serves({ state })),
      ["trial", "active", "past_due"],
    );
    assert.equal(lookOf({ state: "active", endsAtPeriodEnd: true }).word, "Ending");
    assert.equal(invoiceLookOf({ state: "open", failedPayments: 1 }).state, "failed");
    assert.equal(invoiceLookOf({ state: "open", failedPayments: 0 }).state, "waiting");
    assert.equal(invoiceLookOf({ state: "paid", failedPayments: 2 }).state, "done");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@reef/crypto";
import { createMailWriter } from "@reef/mail";
import type { BudgetCrossing } from "../api.ts";
import { type Alert, contentOf } from "./contents.ts";

const endsAt = new Date("2027-02-28T23:59:00.000Z");
const planName = "Pro";
const crossing: BudgetCrossing = {
  organizationId: newId("org"),
  budgetId: newId("bud"),
  scope: "key",
  periodStart: null,
  unit: "micros",
  used: 9_000_001,
  limit: 10_000_000,
};
const invoice = { id: newId("inv"), number: "R-2027-0001", totalCents: 123_456, currency: "eur", dueAt: endsAt };

/** Every kind of mail, each with a part of what it must say. */
const alerts: [Alert, RegExp][] = [
  [{ kind: "trial-began", planName, endsAt }, /Until 28 February 2027 it costs nothing/],
  [{ kind: "trial-ends", planName, endsAt, isPaidByCard: true }, /charged to the card/],
  [{ kind: "trial-ends", planName, endsAt, isPaidByCard: false }, /asks an operator/],
  [{ kind: "plan-began", planName }, /has the plan Pro/],
  [{ kind: "plan-changed", planName, previousName: "Starter" }, /from Starter to Pro/],
  [
    { kind: "upgrade-unpaid", planName, wantedName: "Team" },
    /not changed: Pro goes on as it was.*change the card .* then choose Team there again/s,
  ],
  [
    { kind: "payment-failed", failedPayments: 2, payUrl: "https://pay.example/1" },
    /attempt 2 of 3.*https:\/\/pay\.example\/1/s,
  ],
  [{ kind: "payment-failed", failedPayments: 1, payUrl: undefined }, /https:\/\/reef\.example\/plan\n/],
  [
    { kind: "suspended", isUnpaid: true, payUrl: "https://pay.example/1" },
    /refused from now on.*https:\/\/pay\.example/s,
  ],
  [{ kind: "suspended", isUnpaid: false, payUrl: undefined }, /An operator of the reef suspended/],
  [{ kind: "reactivated", planName }, /models can be called again/],
  [{ kind: "will-end", planName, endsAt }, /serves until 28 February 2027/],
  [{ kind: "goes-on", planName }, /goes on as before/],
  [{ kind: "cancelled", planName }, /has ended/],
  [{ kind: "invoice-issued", invoice }, /€1,234\.56, due by 28 February 2027.*\/plan\/invoices\/inv_/s],
  [{ kind: "invoice-paid", invoice }, /over €1,234\.56 was paid.*\/plan\/invoices\/inv_/s],
  [{ kind: "budget-warned", crossing }, /a key in .*\$9\.01 of \$10\.00 are used.*until the budget is raised/s],
  [
    { kind: "budget-exhausted", crossing: { ...crossing, scope: "plan", unit: "tokens" } },
    /until the next month begins/,
  ],
];

describe("the mails of billing", () => {
  const write = createMailWriter("reef.example");
  const mailOf = (alert: Alert, organization: string) =>
    write("olga@acme.test", contentOf(alert, { organization, publicUrl: "https://reef.example" }));

  it("each says what happened, what it means and what to do, as text and as a page", () => {
    for (const [alert, words] of alerts) {
      const { text, html, subject, template } = mailOf(alert, "Acme");
      assert.match(text, words, alert.kind);
      assert.ok(subject.includes("Acme"), alert.kind);
      assert.equal(template, `billing-${alert.kind}`);
      assert.match(template, /^[a-z][a-z0-9-]{0,39}$/);
      assert.ok(text.endsWith("-- \nreef.example") && html.startsWith("<!doctype html>"));
      assert.doesNotMatch(`${text}${html}${subject}`, /undefined|null|NaN|\[object/, alert.kind);
    }
  });

  it("an organization's name is text in each, whatever it is", () => {
    const name = `Evil\r\nBcc: eve@people.example <img src=x onerror="alert(1)"> & ${"long ".repeat(60)}`;
    for (const [alert] of alerts) {
      const { html, subject, text } = mailOf(alert, name);
      assert.doesNotMatch(subject, /[\r\n]/, alert.kind);
      assert.ok(subject.length <= 200);
      assert.doesNotMatch(html, /<img|onerror="/, alert.kind);
      assert.doesNotMatch(text, /^Bcc:/m, alert.kind);
    }
  });
});

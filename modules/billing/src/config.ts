import { flagSetting, textSetting } from "@reef/config";
import type { z } from "zod";

/** The settings of billing, by environment variable. */
export const billingConfig = {
  REEF_STRIPE_SECRET_KEY: textSetting()
    .regex(/^(sk|rk)_(test|live)_\w+$/, "must be a secret key of Stripe: sk_test_… or sk_live_…")
    .optional()
    .describe("The secret key of the Stripe account that plans are paid to; without it operators assign plans"),
  REEF_STRIPE_WEBHOOK_SECRET: textSetting()
    .regex(/^whsec_\S+$/, "must be the signing secret of a Stripe webhook: whsec_…")
    .optional()
    .describe("The signing secret of Stripe's webhook at <public url>/api/stripe/webhook; needed with the secret key"),
  REEF_STRIPE_FAKE: flagSetting()
    .default(false)
    .describe(
      "Stands in for Stripe on this machine, so that plans can be chosen and paid for without an account; never where money is real",
    ),
  NODE_ENV: textSetting()
    .optional()
    .describe("What kind of place this is; with `production` nothing stands in for Stripe"),
  REEF_PLAN_REQUIRED: flagSetting()
    .optional()
    .describe(
      "Whether models can be called only with a subscription; yes where plans are paid for, unless this says otherwise",
    ),
  REEF_INVOICE_ISSUER: textSetting()
    .max(500)
    .default("Reef")
    .describe("Who issues invoices, as it stands on them: name and address, with a vertical bar between the lines"),
};

export type BillingConfig = { [Name in keyof typeof billingConfig]: z.output<(typeof billingConfig)[Name]> };

import type { BillingWorld } from "../billing-world.ts";
import { freshName } from "../gateway-world.ts";
import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

const nothing: Sample = { request: async () => ({}) };

/** Those whom routes for admins of an organization let in. */
const admins = ["admin", "foreignOwner", "operator"] as const;

/** A request that follows from what billing has. */
const sample = (request: (billing: BillingWorld) => Promise<Awaited<ReturnType<Sample["request"]>>>): Sample => ({
  request: ({ billing }) => request(billing),
});

/** About the idle organization, once it is brought to where the request makes sense. */
const ofIdle = (prepare: (billing: BillingWorld) => Promise<void>): Sample => ({
  async request({ billing, idleOrganizationId }: World) {
    await prepare(billing);
    return { path: { organizationId: idleOrganizationId } };
  },
});

const ofInvoice = sample(async ({ invoiceId }) => ({ path: { invoiceId } }));
const ofNewPlan = (body?: object) => sample(async ({ makePlan }) => ({ path: { planId: await makePlan() }, body }));
const subscribed = ofIdle((billing) => billing.subscribeIdle());

/** Good requests of the billing module's routes. */
export const billingSamples: Readonly<Record<string, Sample>> = {
  "billing.listPlans": nothing,
  "billing.listAllPlans": nothing,
  "billing.createPlan": {
    request: async () => ({ body: { slug: `plan-${freshName()}`, name: "Anew", priceCents: 0 } }),
  },
  "billing.getPlan": ofNewPlan(),
  "billing.updatePlan": ofNewPlan({ priceCents: 600 }),
  "billing.archivePlan": ofNewPlan(),
  "billing.getSubscription": nothing,
  "billing.startCheckout": sample(async ({ planId }) => ({ body: { planId } })),
  // Whoever has begun to pay once has a portal.
  "billing.openPortal": {
    async request({ url, headersFor, billing }, actor) {
      if (admins.some((admin) => admin === actor)) {
        const response = await fetch(`${url}/api/subscription/checkout`, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...(await headersFor(actor, "organization:manage")) },
          body: JSON.stringify({ planId: billing.planId }),
        });
        if (!response.ok) throw new Error(`The checkout answered ${response.status}.`);
      }
      return {};
    },
  },
  // What an organization changes itself it has paid for at Stripe, and nobody here has.
  "billing.updateSubscription": {
    request: async () => ({ body: { endsAtPeriodEnd: true } }),
    answers: Object.fromEntries(admins.map((actor) => [actor, 409])),
  },
  "billing.listPeriods": nothing,
  "billing.listSubscriptions": nothing,
  "billing.assignPlan": {
    request: async ({ billing, idleOrganizationId }) => ({
      path: { organizationId: idleOrganizationId },
      body: { planId: billing.planId },
    }),
  },
  "billing.cancelSubscription": subscribed,
  "billing.suspendSubscription": subscribed,
  "billing.reactivateSubscription": ofIdle((billing) => billing.suspendIdle()),
  "billing.rollUpPeriods": subscribed,
  "billing.listInvoices": nothing,
  "billing.getInvoice": ofInvoice,
  "billing.getInvoicePdf": ofInvoice,
  "billing.exportInvoices": nothing,
  "billing.listAllInvoices": nothing,
  "billing.getAnyInvoicePdf": ofInvoice,
  "billing.settleInvoice": sample(async ({ makeInvoice }) => ({
    path: { invoiceId: await makeInvoice() },
    body: { state: "paid" },
  })),
};

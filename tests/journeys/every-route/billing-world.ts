import type { Id } from "@reef/crypto";
import type { Credentials } from "../../support/people.ts";
import { ask } from "./ask.ts";
import { freshName } from "./gateway-world.ts";

/** Plans and what was subscribed to, at a reef that a stand-in takes payments for. */
export interface BillingWorld {
  /** A plan that every organization may choose. */
  planId: string;
  /** An invoice of the owner's organization, paid, and its subscription is over: so it may subscribe. */
  invoiceId: string;
  makePlan(): Promise<string>;
  /** A fresh subscription of the idle organization, by an operator. */
  subscribeIdle(): Promise<void>;
  suspendIdle(): Promise<void>;
  /** An open invoice of the idle organization. */
  makeInvoice(): Promise<string>;
}

/** The organizations that it is about. */
export interface BilledOrganizations {
  owned: Id<"org">;
  idle: Id<"org">;
}

const newPlan = () => ({ slug: `plan-${freshName()}`, name: "Anew", priceCents: 500, allowanceTokens: 1_000 });

/** Sets it all up as the operator. */
export async function makeBillingWorld(
  url: string,
  operator: Credentials,
  { owned, idle }: BilledOrganizations,
): Promise<BillingWorld> {
  const of = (organizationId: Id<"org">) => `/api/admin/organizations/${organizationId}/subscription`;
  const create = async (): Promise<string> =>
    (await ask(url, "/api/admin/plans", operator, { method: "POST", body: newPlan() })).id;
  const planId = await create();
  const end = (organizationId: Id<"org">) => ask(url, `${of(organizationId)}/cancel`, operator, { method: "POST" });
  const begin = (organizationId: Id<"org">) =>
    ask(url, of(organizationId), operator, { method: "PUT", body: { planId } });
  const newestInvoice = async (organizationId: Id<"org">): Promise<string> =>
    (await ask(url, `/api/admin/invoices?limit=1&organizationId=${organizationId}`, operator)).items[0].id;
  const endIfAny = async (organizationId: Id<"org">) => {
    const { items } = await ask(url, `/api/admin/subscriptions?organizationId=${organizationId}`, operator);
    if (items.some(({ state }: { state: string }) => state !== "cancelled")) await end(organizationId);
  };
  await begin(owned);
  await end(owned);
  const invoiceId = await newestInvoice(owned);
  await ask(url, `/api/admin/invoices/${invoiceId}/settle`, operator, { method: "POST", body: { state: "paid" } });
  const subscribeIdle = async () => {
    await endIfAny(idle);
    await begin(idle);
  };
  return {
    planId,
    invoiceId,
    makePlan: create,
    subscribeIdle,
    async suspendIdle() {
      await subscribeIdle();
      await ask(url, `${of(idle)}/suspend`, operator, { method: "POST" });
    },
    async makeInvoice() {
      await subscribeIdle();
      return newestInvoice(idle);
    },
  };
}

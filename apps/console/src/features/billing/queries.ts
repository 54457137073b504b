import type { BillingPeriod, Budget, Invoice, ListedInvoice, ListedSubscription, Plan, Subscription } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { csvOf } from "../../ui/save-file.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** What comes from Stripe or the calendar is in no stream, so it is looked at anew. */
const LOOK_AGAIN_MS = 15_000;

/** How the organization stands: its plan, and how plans are paid for. */
export const standingQuery = queryOptions({
  queryKey: ["billing", "standing"],
  queryFn: ({ signal }) => reef.billing.getSubscription({}, { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

/** The plans that the organization may choose, from the least. */
export const usePlans = (): Pages<Plan> =>
  usePages({
    queryKey: ["billing", "plans", "offered"],
    queryFn: (page, options) => reef.billing.listPlans({ ...page, limit: 50 }, options),
  });

/** The months of the organization's subscription, newest first. */
export const usePeriods = (): Pages<BillingPeriod> =>
  usePages({
    queryKey: ["billing", "periods"],
    queryFn: (page, options) => reef.billing.listPeriods({ ...page, limit: 24 }, options),
  });

/** What was used of the plan this month, up to now; null where nothing of the plan limits calls. */
export const planBudgetQuery = queryOptions({
  queryKey: ["gateway", "budgets", "of-plan"],
  queryFn: async ({ signal }): Promise<Budget | null> => {
    const { items } = await reef.gateway.listBudgets({ scope: "plan", limit: 1 }, { signal });
    return items[0] ?? null;
  },
  refetchInterval: LOOK_AGAIN_MS,
});

/** The organization's invoices, newest first. */
export const useInvoices = (): Pages<Invoice> =>
  usePages({
    queryKey: ["billing", "invoices", "list"],
    queryFn: (page, options) => reef.billing.listInvoices({ ...page, limit: 50 }, options),
  });

/** One invoice. */
export const invoiceQuery = (id: string) =>
  queryOptions({
    queryKey: ["billing", "invoices", "one", id],
    queryFn: ({ signal }) => reef.billing.getInvoice({ invoiceId: id as Invoice["id"] }, { signal }),
  });

/** An invoice as a file; of any organization, for operators. */
export async function fetchInvoicePdf(
  invoiceId: Invoice["id"],
  { isAny }: { isAny: boolean },
): Promise<{ name: string; file: Blob }> {
  const { name, pdf } = await (isAny ? reef.billing.getAnyInvoicePdf : reef.billing.getInvoicePdf)({ invoiceId });
  const bytes = Uint8Array.from(atob(pdf), (character) => character.charCodeAt(0));
  return { name, file: new Blob([bytes], { type: "application/pdf" }) };
}

/** The organization's invoices as a table. */
export const fetchInvoicesAsCsv = (): Promise<Blob> => csvOf(reef.billing.exportInvoices.all({ limit: 500 }));

/** All plans of the reef, for operators. */
export const useAllPlans = (): Pages<Plan> =>
  usePages({
    queryKey: ["billing", "plans", "all"],
    queryFn: (page, options) => reef.billing.listAllPlans({ ...page, limit: 50 }, options),
  });

/** One plan, for operators. */
export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ["billing", "plans", "one", id],
    queryFn: ({ signal }) => reef.billing.getPlan({ planId: id as Plan["id"] }, { signal }),
  });

/** The plans that operators may assign, from the least. */
export const plansToAssignQuery = queryOptions({
  queryKey: ["billing", "plans", "to-assign"],
  queryFn: async ({ signal }) =>
    (await reef.billing.listAllPlans({ limit: 100 }, { signal })).items.filter(({ archivedAt }) => archivedAt === null),
});

/** The subscriptions of all organizations, newest first. */
export const useSubscriptions = (state: Subscription["state"] | undefined): Pages<ListedSubscription> =>
  usePages({
    queryKey: ["billing", "subscriptions", "list", state],
    queryFn: (page, options) =>
      reef.billing.listSubscriptions({ ...page, limit: 50, ...(state !== undefined && { state }) }, options),
  });

/** The subscription of one organization, for operators; null where it never had one. */
export const subscriptionQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["billing", "subscriptions", "of", organizationId],
    queryFn: async ({ signal }): Promise<ListedSubscription | null> => {
      const asked = { organizationId: organizationId as Subscription["organizationId"], limit: 1 };
      return (await reef.billing.listSubscriptions(asked, { signal })).items[0] ?? null;
    },
  });

/** The names of the reef's newest organizations, for operators. */
export const organizationNamesQuery = queryOptions({
  queryKey: ["identity", "organizations", "names"],
  queryFn: async ({ signal }) => (await reef.identity.listOrganizations({ limit: 100 }, { signal })).items,
});

/** The invoices of all organizations, newest first. */
export const useAllInvoices = (state: Invoice["state"] | undefined): Pages<ListedInvoice> =>
  usePages({
    queryKey: ["billing", "invoices", "all", state],
    queryFn: (page, options) =>
      reef.billing.listAllInvoices({ ...page, limit: 50, ...(state !== undefined && { state }) }, options),
  });

/** What the plan's page shows, as it stands in the address. */
export interface PlanAddress {
  tab?: "invoices";
  /** How one came back from paying: that it was done, or left. */
  checkout?: "done" | "cancelled";
}

/** What operators look at. */
const billingTabs = ["plans", "subscriptions", "invoices"] as const;
export type BillingTab = (typeof billingTabs)[number];

export interface BillingAddress {
  tab?: BillingTab;
  /** The dialog that adds something is open. */
  add?: true;
}

/** Reads the plan's address; what it does not know it leaves out. */
export function readPlanAddress({ tab, checkout }: Record<string, unknown>): PlanAddress {
  return {
    ...(tab === "invoices" && { tab }),
    ...((checkout === "done" || checkout === "cancelled") && { checkout }),
  };
}

/** Reads the address of the operators' page; what it does not know it leaves out. */
export function readBillingAddress({ tab, add }: Record<string, unknown>): BillingAddress {
  const known = billingTabs.find((name) => name === tab);
  return { ...(known !== undefined && { tab: known }), ...((add === true || add === "true") && { add: true }) };
}

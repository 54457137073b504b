import { implement, type MountedRoute } from "@reef/http";
import { billingContract } from "./contract.ts";
import type { InvoiceService } from "./service/invoices.ts";
import type { Operations } from "./service/operations.ts";
import type { PlanService } from "./service/plans.ts";
import type { SubscriptionService } from "./service/subscriptions.ts";

export interface BillingServices {
  plans: PlanService;
  subscriptions: SubscriptionService;
  operations: Operations;
  invoices: InvoiceService;
}

/** What answers each route of the contract. */
export const createBillingRoutes = ({ plans, subscriptions, operations, invoices }: BillingServices): MountedRoute[] =>
  implement(billingContract, {
    listPlans: (call, { query }) => plans.listPlans(call, query),
    listAllPlans: (call, { query }) => plans.listAllPlans(call, query),
    createPlan: (call, { body }) => plans.createPlan(call, body),
    getPlan: (call, { params }) => plans.getPlan(call, params.planId),
    updatePlan: (call, { params, body, ifMatch }) => plans.updatePlan(call, params.planId, body, ifMatch),
    archivePlan: (call, { params }) => plans.archivePlan(call, params.planId),
    getSubscription: (call) => subscriptions.getSubscription(call),
    startCheckout: (call, { body }) => subscriptions.startCheckout(call, body.planId),
    openPortal: (call) => subscriptions.openPortal(call),
    updateSubscription: (call, { body, ifMatch }) => subscriptions.updateSubscription(call, body, ifMatch),
    listPeriods: (call, { query }) => subscriptions.listPeriods(call, query),
    listSubscriptions: (call, { query }) => operations.listSubscriptions(call, query),
    assignPlan: (call, { params, body }) => operations.assignPlan(call, params.organizationId, body),
    cancelSubscription: (call, { params }) => operations.cancelSubscription(call, params.organizationId),
    suspendSubscription: (call, { params }) => operations.suspendSubscription(call, params.organizationId),
    reactivateSubscription: (call, { params }) => operations.reactivateSubscription(call, params.organizationId),
    rollUpPeriods: (call, { params }) => operations.rollUpPeriods(call, params.organizationId),
    listInvoices: (call, { query }) => invoices.listInvoices(call, query),
    getInvoice: (call, { params }) => invoices.getInvoice(call, params.invoiceId),
    getInvoicePdf: (call, { params }) => invoices.getInvoicePdf(call, params.invoiceId),
    exportInvoices: (call, { query }) => invoices.exportInvoices(call, query),
    listAllInvoices: (call, { query }) => invoices.listAllInvoices(call, query),
    getAnyInvoicePdf: (call, { params }) => invoices.getAnyInvoicePdf(call, params.invoiceId),
    settleInvoice: (call, { params, body }) => invoices.settleInvoice(call, params.invoiceId, body),
  });

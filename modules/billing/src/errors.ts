import { defineErrors } from "@reef/errors";
import { invoiceProblems } from "./errors/invoices.ts";

/** The problems of plans, subscriptions and invoices. */
export const billingErrors = defineErrors("billing", {
  plan_not_found: {
    status: 404,
    title: "Plan not found",
    public: "There is no such plan, or it can no longer be chosen. GET /api/plans lists those that can.",
  },
  plan_exists: {
    status: 409,
    title: "Plan exists already",
    public: "There is a plan with this short name already. Choose another one, or change that plan.",
  },
  overage_mismatch: {
    status: 400,
    title: "Overage does not fit",
    public: "To charge, give `allowanceTokens` and `overageCentsPerMillion`; to stop, set the latter to null.",
  },
  changed: {
    status: 412,
    title: "Changed meanwhile",
    public: "Somebody changed this since you read it. Read it again, then repeat the change with the new ETag.",
  },
  payments_off: {
    status: 409,
    title: "No payments here",
    public: "Plans are not paid for in this reef. Ask one of its operators for a plan.",
  },
  already_subscribed: {
    status: 409,
    title: "Subscribed already",
    public: "The organization has a subscription. Change its plan with PATCH /api/subscription.",
  },
  not_subscribed: {
    status: 409,
    title: "No subscription",
    public: "The organization has no subscription to do this with. GET /api/subscription tells how it stands.",
  },
  not_suspended: {
    status: 409,
    title: "Not suspended",
    public: "The subscription is not suspended, so there is nothing to reactivate.",
  },
  suspended: {
    status: 409,
    title: "Subscription suspended",
    public: "The subscription is suspended. Pay what is due first: POST /api/subscription/portal says where.",
  },
  by_operator: {
    status: 409,
    title: "Assigned by an operator",
    public: "The plan was assigned by an operator of the reef. Ask one to change it.",
  },
  orphaned: {
    status: 409,
    title: "Nobody takes the payments",
    public: "It was paid at an account of Stripe that the reef left. Choose a plan anew, or ask an operator for one.",
  },
  paid_by_stripe: {
    status: 409,
    title: "Paid at Stripe",
    public: "The subscription is paid for at Stripe. Change it there, or let the organization's admins do so.",
  },
  stripe_failed: {
    status: 502,
    title: "Stripe did not answer",
    public: "Stripe did not do what the reef asked of it. Try again shortly; the log says why, under the request's id.",
  },
  ...invoiceProblems,
});

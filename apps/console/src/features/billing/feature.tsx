import type { Account } from "@reef/sdk";
import { CreditCard, FileText, Landmark, Receipt, WalletCards } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";

const mayManage = ({ organization }: Account): boolean => organization !== null && organization.role !== "member";
const isOperator = (account: Account): boolean => account.isOperator;

/** Plans, and what they cost. */
export const billing: Feature = {
  commands: [
    {
      id: "billing.plan",
      title: "See the organization's plan",
      keywords: "billing subscription allowance price upgrade choose change cancel",
      icon: <CreditCard aria-hidden />,
      to: "/plan",
    },
    {
      id: "billing.invoices",
      title: "See the organization's invoices",
      keywords: "billing bills pdf csv pay",
      icon: <FileText aria-hidden />,
      to: "/plan?tab=invoices",
      isFor: mayManage,
    },
    {
      id: "billing.all-plans",
      title: "Go to the plans of this reef",
      keywords: "billing prices create archive",
      icon: <WalletCards aria-hidden />,
      to: "/billing",
      isFor: isOperator,
    },
    {
      id: "billing.create-plan",
      title: "Create a plan",
      keywords: "billing price allowance",
      icon: <WalletCards aria-hidden />,
      to: "/billing?add=true",
      isFor: isOperator,
    },
    {
      id: "billing.subscriptions",
      title: "Go to the subscriptions of all organizations",
      keywords: "billing assign suspend reactivate",
      icon: <Landmark aria-hidden />,
      to: "/billing?tab=subscriptions",
      isFor: isOperator,
    },
    {
      id: "billing.all-invoices",
      title: "Go to the invoices of all organizations",
      keywords: "billing settle paid void",
      icon: <Receipt aria-hidden />,
      to: "/billing?tab=invoices",
      isFor: isOperator,
    },
  ],
  panels: {
    plan: lazy(() => import("./panels/plan-panel.tsx").then(({ PlanPanel }) => ({ default: PlanPanel }))),
    subscription: lazy(() =>
      import("./panels/subscription-panel.tsx").then(({ SubscriptionPanel }) => ({ default: SubscriptionPanel })),
    ),
  },
};

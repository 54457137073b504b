import type { BillingStanding } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useMayManage } from "../../../session/account.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { Banner } from "../parts/banner.tsx";
import { CheckoutReturn } from "../parts/checkout-return.tsx";
import { CurrentPlan } from "../parts/current-plan.tsx";
import { InvoicesList } from "../parts/invoices-list.tsx";
import { MonthsList } from "../parts/months-list.tsx";
import { PlanCards } from "../parts/plan-cards.tsx";
import { RefusedChange } from "../parts/refused-change.tsx";
import { StandingBanner } from "../parts/standing-banner.tsx";
import { standingQuery } from "../queries.ts";

/** So often is asked while Stripe is told of a change. */
const ARRANGING_MS = 1_500;

/** The organization's plan: what it may use, what it used, what it costs. */
export function PlanPage(): ReactNode {
  const { tab } = useSearch({ from: "/signed-in/organization/plan" });
  const navigate = useNavigate();
  const mayManage = useMayManage();
  const { data: standing, error, refetch } = useQuery(standingQuery);
  return (
    <Page title="Plan" description="What the organization may use of models, and what it costs.">
      {error !== null && standing !== undefined && (
        <ProblemView error={error} onRetry={() => void refetch()} isCompact />
      )}
      {standing?.payments === "test" && (
        <Banner tone="plain" title="Nothing here is real">
          A stand-in for Stripe takes the payments of this reef, and no money moves. The card 4242 4242 4242 4242 pays.
        </Banner>
      )}
      {mayManage ? (
        <Tabs<"plan" | "invoices">
          label="Plan"
          value={tab ?? "plan"}
          onChange={(chosen) =>
            void navigate({ to: ".", search: (search) => ({ ...search, tab: chosen === "plan" ? undefined : chosen }) })
          }
          tabs={[
            {
              value: "plan",
              label: "Plan",
              content: <PlanTab standing={standing} error={error} onRetry={() => void refetch()} />,
            },
            { value: "invoices", label: "Invoices", content: <InvoicesList /> },
          ]}
        />
      ) : (
        <PlanTab standing={standing} error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

interface PlanTabProps {
  standing: BillingStanding | undefined;
  error: unknown;
  onRetry: () => void;
}

function PlanTab({ standing, error, onRetry }: PlanTabProps): ReactNode {
  if (standing !== undefined) return <Standing standing={standing} />;
  if (error !== null) return <ProblemView error={error} onRetry={onRetry} />;
  return (
    <div role="status" className="flex flex-col gap-6">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-56 w-full rounded-lg" />
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-60 w-full rounded-lg" />
    </div>
  );
}

function Standing({ standing }: { standing: BillingStanding }): ReactNode {
  const { checkout } = useSearch({ from: "/signed-in/organization/plan" });
  const queryClient = useQueryClient();
  const { subscription, payments } = standing;
  const isArranging = subscription !== null && subscription.pendingPlanId !== null;
  useEffect(() => {
    if (!isArranging) return;
    const timer = setInterval(() => void queryClient.invalidateQueries({ queryKey: ["billing"] }), ARRANGING_MS);
    return () => clearInterval(timer);
  }, [queryClient, isArranging]);
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-col gap-4 empty:hidden">
        {checkout === "done" ? (
          <CheckoutReturn standing={standing} />
        ) : (
          <>
            {checkout === "cancelled" && (
              <Banner tone="plain" title="You left before paying">
                Nothing was charged, and nothing has changed.
              </Banner>
            )}
            {subscription !== null && <RefusedChange subscription={subscription} />}
            <StandingBanner standing={standing} />
          </>
        )}
        {subscription !== null && <CurrentPlan subscription={subscription} payments={payments} />}
      </div>
      <Section
        title="Plans"
        {...(payments === "none" && {
          description: "Plans are not paid for in this reef: its operators assign them.",
        })}
      >
        <PlanCards standing={standing} />
      </Section>
      {subscription !== null && (
        <Section title="Months" description="Times are those of UTC. What went beyond comes with the next invoice.">
          <MonthsList />
        </Section>
      )}
    </div>
  );
}

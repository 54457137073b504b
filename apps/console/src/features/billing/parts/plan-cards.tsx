import type { BillingStanding, Plan } from "@reef/sdk";
import { WalletCards } from "lucide-react";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { counted } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Badge } from "../../../ui/status.tsx";
import { allowanceOf, beyondOf, formatMoney } from "../billing-words.ts";
import { usePlans } from "../queries.ts";
import { ChoosePlan } from "./choose-plan.tsx";

/** The plans that the organization may choose, side by side. */
export function PlanCards({ standing }: { standing: BillingStanding }): ReactNode {
  const { items, isPending, error, refetch, hasMore, loadMore, isLoadingMore } = usePlans();
  if (error !== null && items.length === 0) return <ProblemView error={error} onRetry={refetch} isCompact />;
  if (isPending) return <CardsSkeleton />;
  if (items.length === 0) {
    return (
      <EmptyState title="No plan is offered" icon={<WalletCards />}>
        An operator of the reef creates plans, and offers them.
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {items.map((plan) => (
          <PlanCard key={plan.id} plan={plan} standing={standing} />
        ))}
      </ul>
      {hasMore && (
        <Button className="self-center" isBusy={isLoadingMore} onClick={loadMore}>
          Show more plans
        </Button>
      )}
    </>
  );
}

function PlanCard({ plan, standing }: { plan: Plan; standing: BillingStanding }): ReactNode {
  const mayManage = useMayManage();
  const { subscription, mayTry } = standing;
  const isCurrent = subscription?.plan.id === plan.id && subscription.state !== "cancelled";
  return (
    <li
      aria-label={plan.name}
      className={classes("flex flex-col gap-4 rounded-lg border bg-raised p-5", isCurrent && "border-accent")}
    >
      <div className="flex flex-col gap-1">
        <h3 className="flex items-center justify-between gap-2 text-16 font-semibold wrap-anywhere">
          {plan.name}
          {isCurrent && <Badge tone="accent">Your plan</Badge>}
        </h3>
        {plan.description !== "" && <p className="text-13 text-muted wrap-anywhere">{plan.description}</p>}
      </div>
      <p>
        <span className="text-28 font-semibold">
          {plan.priceCents === 0 ? "Free" : formatMoney(plan.priceCents, plan.currency)}
        </span>
        {plan.priceCents > 0 && <span className="text-muted"> a month</span>}
      </p>
      <ul className="flex grow flex-col gap-1 text-13">
        <li>{allowanceOf(plan)}</li>
        <li className="text-muted">{beyondOf(plan)}</li>
        {mayTry && plan.trialDays > 0 && <li>The first {counted(plan.trialDays, "day is", "days are")} free.</li>}
      </ul>
      {mayManage && !isCurrent && <ChoosePlan plan={plan} standing={standing} />}
    </li>
  );
}

const CardsSkeleton = (): ReactNode => (
  <div role="status" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
    <span className="sr-only">Loading</span>
    <Skeleton className="h-60 rounded-lg" />
    <Skeleton className="h-60 rounded-lg" />
    <Skeleton className="h-60 rounded-lg" />
  </div>
);

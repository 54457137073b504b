import type { BillingStanding, Subscription } from "@reef/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccount, useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { useNow } from "../../../ui/time.tsx";
import { dayOf, priceOf, timeLeft } from "../billing-words.ts";
import { Banner } from "./banner.tsx";
import { KeepPlan } from "./change-ending.tsx";
import { PortalButton } from "./portal-button.tsx";

/** How the organization stands, where there is something to know or to do, with the next step. */
export function StandingBanner({ standing }: { standing: BillingStanding }): ReactNode {
  const { subscription } = standing;
  if (subscription === null) return <WithoutPlan standing={standing} />;
  if (subscription.isOrphaned) return <Orphaned standing={standing} />;
  if (subscription.state === "suspended") return <Suspended subscription={subscription} />;
  if (subscription.state === "cancelled") return <Cancelled standing={standing} subscription={subscription} />;
  if (subscription.state === "past_due") return <PastDue subscription={subscription} />;
  if (subscription.endsAtPeriodEnd) return <Ending subscription={subscription} />;
  return subscription.state === "trial" ? <Trial subscription={subscription} /> : null;
}

/** Who gives plans where nobody pays for them in the reef. */
function AskOperator({ payments }: Pick<BillingStanding, "payments">): ReactNode {
  const { isOperator } = useAccount();
  const mayManage = useMayManage();
  if (payments === "none" && isOperator) {
    return (
      <Button asChild>
        <Link to="/billing" search={{ tab: "subscriptions", add: true }}>
          Assign a plan
        </Link>
      </Button>
    );
  }
  if (payments === "none") return <span className="text-13">Ask an operator of the reef for a plan.</span>;
  return mayManage ? undefined : <span className="text-13">Ask an admin of the organization to choose one.</span>;
}

const WithoutPlan = ({ standing: { planRequired, payments, mayTry } }: { standing: BillingStanding }): ReactNode => (
  <Banner
    tone={planRequired ? "warn" : "plain"}
    title={planRequired ? "No plan yet, so no model can be called" : "No plan"}
    action={<AskOperator payments={payments} />}
  >
    {planRequired ? "Everything else works." : "Models can be called without one."}
    {payments === "none" ? "" : " Choose one below."}
    {payments !== "none" && mayTry && " Where a plan has a trial, its first days are free."}
  </Banner>
);

const Orphaned = ({ standing: { payments } }: { standing: BillingStanding }): ReactNode => (
  <Banner tone="warn" title="Nobody takes the payments of this plan" action={<AskOperator payments={payments} />}>
    It was paid for at an account of Stripe that is not this reef's now.{" "}
    {payments === "none" ? "" : "Choose a plan below to go on; the new one takes its place."}
  </Banner>
);

function Trial({ subscription: { trialEndsAt, periodEnd, plan, paidBy } }: { subscription: Subscription }): ReactNode {
  const now = useNow();
  const end = trialEndsAt ?? periodEnd;
  return (
    <Banner tone="plain" title={`Trial: ${timeLeft(end, now)} left`}>
      On {dayOf(end, now)} the first month begins{paidBy === "stripe" && `, for ${priceOf(plan)}`}. Cancel before, and
      nothing is owed.
    </Banner>
  );
}

function PastDue({ subscription: { failedPayments, paidBy } }: { subscription: Subscription }): ReactNode {
  const mayManage = useMayManage();
  return (
    <Banner
      tone="warn"
      title={failedPayments > 1 ? `The payment failed ${failedPayments} times` : "The payment failed"}
      action={
        mayManage && paidBy === "stripe" ? (
          <PortalButton kind="primary">Change the card</PortalButton>
        ) : (
          <span className="text-13">Ask an admin of the organization to change the card.</span>
        )
      }
    >
      It is tried again by itself. When it has failed three times, the plan is suspended and no model can be called.
    </Banner>
  );
}

function Suspended({ subscription: { paidBy } }: { subscription: Subscription }): ReactNode {
  const mayManage = useMayManage();
  const isPaidHere = paidBy === "stripe";
  return (
    <Banner
      tone="bad"
      title="Suspended: no model can be called"
      action={isPaidHere && mayManage ? <PortalButton kind="primary">Pay what is due</PortalButton> : undefined}
    >
      {isPaidHere
        ? "A payment failed three times, or the subscription is paused. It goes on within a minute of the payment."
        : "An operator of the reef suspended the plan. Ask one to reactivate it."}
      {isPaidHere && !mayManage && " Ask an admin of the organization to pay."} Nothing was deleted.
    </Banner>
  );
}

interface CancelledProps {
  standing: BillingStanding;
  subscription: Subscription;
}

function Cancelled({ standing: { planRequired, payments }, subscription }: CancelledProps): ReactNode {
  const now = useNow();
  const { cancelledAt, periodEnd, plan } = subscription;
  return (
    <Banner
      tone={planRequired ? "bad" : "warn"}
      title={`The plan ${plan.name} ended on ${dayOf(cancelledAt ?? periodEnd, now)}`}
      action={<AskOperator payments={payments} />}
    >
      No model can be called. {payments === "none" ? "" : "Choose a plan below to go on. "}Nothing was deleted.
    </Banner>
  );
}

function Ending({ subscription }: { subscription: Subscription }): ReactNode {
  const now = useNow();
  const mayManage = useMayManage();
  return (
    <Banner
      tone="warn"
      title={`Ends on ${dayOf(subscription.periodEnd, now)}, in ${timeLeft(subscription.periodEnd, now)}`}
      action={mayManage && <KeepPlan subscription={subscription} />}
    >
      Until then everything goes on. Afterwards no model can be called; nothing is deleted.
    </Banner>
  );
}

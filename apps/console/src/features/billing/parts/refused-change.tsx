import type { Subscription } from "@reef/sdk";
import { type ReactNode, useState } from "react";
import { useMayManage } from "../../../session/account.ts";
import { serves } from "../billing-words.ts";
import { Banner } from "./banner.tsx";
import { PortalButton } from "./portal-button.tsx";

/** Says that a plan that was chosen while the page was open is not had after all; nothing as long as there is no such one. */
export function RefusedChange({ subscription }: { subscription: Subscription }): ReactNode {
  const { pendingPlanId, plan } = subscription;
  const mayManage = useMayManage();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const nextId = plan.id === chosenId ? null : (pendingPlanId ?? chosenId);
  // Kept while it is rendered, as React has it for what follows from earlier props.
  if (nextId !== chosenId) setChosenId(nextId);
  if (chosenId === null || pendingPlanId !== null || plan.id === chosenId || !serves(subscription)) return null;
  return (
    <div role="status">
      <Banner
        tone="warn"
        title="The plan was not changed"
        action={mayManage ? <PortalButton kind="primary">Change the card</PortalButton> : undefined}
      >
        Stripe refused it, as a rule because the card could not be charged. {plan.name} goes on as it was, and nothing
        was charged. Change the card, then choose the plan again.
      </Banner>
    </div>
  );
}

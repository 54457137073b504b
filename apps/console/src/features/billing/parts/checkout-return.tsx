import type { BillingStanding } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { serves } from "../billing-words.ts";
import { standingQuery } from "../queries.ts";
import { Banner } from "./banner.tsx";

/** The news of a payment takes a second or two; so often is asked for it, and so long until something is said. */
const ASK_AGAIN_MS = 1_000;
const LONG_MS = 60_000;

/** After a payment: waits for its news, and says that it has arrived. */
export function CheckoutReturn({ standing }: { standing: BillingStanding }): ReactNode {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isLong, setLong] = useState(false);
  const { subscription } = standing;
  const hasArrived = subscription !== null && serves(subscription);
  useEffect(() => {
    if (hasArrived) return;
    const ask = setInterval(
      () => void queryClient.invalidateQueries({ queryKey: standingQuery.queryKey }),
      ASK_AGAIN_MS,
    );
    const grow = setTimeout(() => setLong(true), LONG_MS);
    return () => {
      clearInterval(ask);
      clearTimeout(grow);
    };
  }, [queryClient, hasArrived]);
  useEffect(() => {
    // The month and its invoice come with the plan.
    if (hasArrived) void queryClient.invalidateQueries({ queryKey: ["billing"] });
  }, [queryClient, hasArrived]);
  const close = () =>
    void navigate({
      to: ".",
      search: ({ checkout: _done, ...search }: Record<string, unknown>) => search,
      replace: true,
    });
  return (
    <div role="status">
      {hasArrived ? (
        <Banner
          tone="good"
          title={`${subscription.plan.name} is yours`}
          action={
            <Button size="small" kind="quiet" onClick={close}>
              Close
            </Button>
          }
        >
          {subscription.state === "trial" ? "The trial has begun" : "The payment arrived"}, and models can be called.{" "}
          <Link to="/models" className="underline">
            Create a key on the page of models
          </Link>
          .
        </Banner>
      ) : (
        <Banner
          tone="plain"
          title={isLong ? "Still waiting for the payment's news" : "Waiting for the payment's news …"}
        >
          {isLong
            ? "It takes longer than it should. Nothing is lost: the plan holds as soon as the news is here, also when you leave this page."
            : "This takes a second or two."}
        </Banner>
      )}
    </div>
  );
}

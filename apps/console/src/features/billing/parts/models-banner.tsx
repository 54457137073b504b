import { useQuery } from "@tanstack/react-query";
import { OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { TextLink } from "../../../ui/row-link.tsx";
import { serves } from "../billing-words.ts";
import { standingQuery } from "../queries.ts";

/** On the pages of models: that none can be called, where that is so, and where it is mended. */
export function ModelsBanner(): ReactNode {
  const { data: standing } = useQuery(standingQuery);
  if (standing === undefined) return null;
  const { subscription, planRequired } = standing;
  if (subscription === null ? !planRequired : serves(subscription)) return null;
  const state = subscription?.state;
  const reason =
    state === "suspended"
      ? "The plan is suspended"
      : state === "cancelled"
        ? "The plan has ended"
        : "There is no plan yet";
  return (
    <p className="flex items-start gap-2 rounded-md border bg-bad-soft px-3 py-2 text-13">
      <OctagonX aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <span>
        {reason}, so no model can be called. <TextLink to="/plan">See the plan</TextLink>
      </span>
    </p>
  );
}

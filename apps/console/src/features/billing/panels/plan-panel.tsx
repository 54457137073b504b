import type { Plan } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { reef } from "../../../session/reef.ts";
import { counted } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../../ui/dialog.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { allowanceOf, beyondOf, priceOf } from "../billing-words.ts";
import { PlanState } from "../parts/all-plans.tsx";
import { ChangePlanForm } from "../parts/plan-form.tsx";
import { planQuery } from "../queries.ts";

/** One plan, for operators: what it costs and allows. */
export function PlanPanel({ id }: PanelProps): ReactNode {
  const { data: plan, error, refetch } = useQuery(planQuery(id));
  if (plan !== undefined) return <About plan={plan} />;
  return (
    <PanelFrame title="Plan">
      {error === null ? (
        <RowsSkeleton rows={4} />
      ) : (
        <ProblemView error={error} onRetry={() => void refetch()} isCompact />
      )}
    </PanelFrame>
  );
}

const About = ({ plan }: { plan: Plan }): ReactNode => (
  <PanelFrame title={plan.name} description={<PlanState plan={plan} />}>
    {plan.description !== "" && <p className="text-muted wrap-anywhere">{plan.description}</p>}
    <Facts>
      <Fact name="Short name">
        <code className="font-mono text-13">{plan.slug}</code>
      </Fact>
      <Fact name="Price">{priceOf(plan)}</Fact>
      <Fact name="Allows">{allowanceOf(plan)}</Fact>
      <Fact name="At the limit">{beyondOf(plan)}</Fact>
      <Fact name="Trial">{plan.trialDays === 0 ? "None" : counted(plan.trialDays, "day", "days")}</Fact>
      <Fact name="Place">{plan.position}</Fact>
      <Fact name="Created">
        <Time value={plan.createdAt} />
      </Fact>
      {plan.archivedAt !== null && (
        <Fact name="Archived">
          <Time value={plan.archivedAt} />
        </Fact>
      )}
    </Facts>
    {plan.archivedAt === null && <PlanActions plan={plan} />}
  </PanelFrame>
);

function PlanActions({ plan }: { plan: Plan }): ReactNode {
  const queryClient = useQueryClient();
  const [isChanging, setChanging] = useState(false);
  const archive = async () => {
    await reef.billing.archivePlan({ planId: plan.id });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    toast(`The plan ${plan.name} is archived.`);
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setChanging(true)}>Change</Button>
      <ConfirmDialog
        title={`Archive the plan ${plan.name}?`}
        consequence="Nobody can choose it any more, and it cannot be brought back. Who has it keeps it."
        action="Archive plan"
        onConfirm={archive}
        trigger={<Button kind="danger">Archive</Button>}
      />
      <Dialog
        title={`Change the plan ${plan.name}`}
        description="A new allowance holds at once for everybody who has the plan, a new price from each one's next month on."
        isOpen={isChanging}
        onOpenChange={setChanging}
      >
        {isChanging && <ChangePlanForm plan={plan} onDone={() => setChanging(false)} />}
      </Dialog>
    </div>
  );
}

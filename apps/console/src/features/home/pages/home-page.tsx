import { useQuery } from "@tanstack/react-query";
import { Moon } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useMayManage, useOrganization } from "../../../session/account.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { RowsSkeleton, Skeleton } from "../../../ui/skeleton.tsx";
import { useNow } from "../../../ui/time.tsx";
import { countHours, groupByActor } from "../day.ts";
import { Doers } from "../parts/doers.tsx";
import { Hours } from "../parts/hours.tsx";
import { Latest } from "../parts/latest.tsx";
import { NextSteps } from "../parts/next-steps.tsx";
import { WaitingList } from "../parts/waiting-list.tsx";
import { beginningQuery, type Day, dayQuery, hasAgentQuery } from "../queries.ts";

/** What the organization's agents did, and what waits for the person who looks. */
export function HomePage(): ReactNode {
  const { name } = useOrganization();
  const day = useQuery(dayQuery);
  const activities = day.data?.activities ?? [];
  return (
    <Page title={name} description="The last 24 hours of your agents, as it happens.">
      <Beginning />
      <div className="grid grid-cols-1 gap-x-8 gap-y-8 lg:grid-cols-3">
        <div className="flex min-w-0 flex-col gap-8 lg:order-2">
          <WaitingList activities={activities} />
          {activities.length > 0 && (
            <div className="max-lg:hidden">
              <Section title="Latest" actions={<InLedger />}>
                <Latest activities={activities} />
              </Section>
            </div>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-8 lg:order-1 lg:col-span-2">
          {day.error !== null && (
            <ProblemView error={day.error} onRetry={() => void day.refetch()} isCompact={day.data !== undefined} />
          )}
          {day.data === undefined && day.error === null && <DaySkeleton />}
          {day.data !== undefined && <DayView day={day.data} />}
        </div>
      </div>
    </Page>
  );
}

/** The next steps, as long as there is one that everybody takes. */
function Beginning(): ReactNode {
  const { data: hasAgent } = useQuery(hasAgentQuery);
  const { data: memory } = useQuery(beginningQuery);
  if (hasAgent === undefined || memory === undefined || (hasAgent && memory.hasEntry)) return null;
  return <NextSteps hasAgent={hasAgent} {...memory} />;
}

function DayView({ day: { activities, total } }: { day: Day }): ReactNode {
  const now = useNow();
  const hours = useMemo(() => countHours(activities, now), [activities, now]);
  const doers = useMemo(() => groupByActor(activities), [activities]);
  if (activities.length === 0) {
    return (
      <EmptyState title="Nothing was done in the last 24 hours" icon={<Moon />}>
        What agents and people change appears here as it happens.
      </EmptyState>
    );
  }
  const agents = doers.filter(({ actor }) => !("personId" in actor)).length;
  return (
    <>
      <Section title="Activity" description={inWords(activities.length, total, agents)}>
        <Hours hours={hours} />
      </Section>
      <Section title="Who did what">
        <Doers doers={doers} />
      </Section>
    </>
  );
}

function inWords(shown: number, total: number, agents: number): string {
  const things = total === 1 ? "1 thing was done" : `${total} things were done`;
  const by =
    agents === 0 ? "by people alone" : agents === 1 ? "1 agent had part in it" : `${agents} agents had part in it`;
  return `${things}; ${by}.${shown < total ? ` The newest ${shown} are counted here.` : ""}`;
}

function InLedger(): ReactNode {
  const mayManage = useMayManage();
  return (
    mayManage && (
      <TextLink to="/audit" className="text-13">
        Audit ledger
      </TextLink>
    )
  );
}

const DaySkeleton = (): ReactNode => (
  <>
    <div className="flex flex-col gap-3">
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-4 w-72 max-w-full" />
      <Skeleton className="h-42 w-full rounded-lg" />
    </div>
    <RowsSkeleton rows={5} />
  </>
);

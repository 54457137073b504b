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
import { countHours, type Deeds, groupByActor } from "../day.ts";
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
  const { data: hasAgent, error: agentError } = useQuery(hasAgentQuery);
  const { data: memory, error: memoryError } = useQuery(beginningQuery);
  const activities = day.data?.activities ?? [];
  const isBegun = hasAgent === true && memory?.hasEntry === true;
  // The next steps stand above everything, so until it is known whether they are needed nothing is painted below them.
  const isBeginningKnown = isBegun || ((hasAgent ?? agentError) != null && (memory ?? memoryError) != null);
  const isLoading = !isBeginningKnown || (day.data === undefined && day.error === null);
  return (
    <Page title={name} description="The last 24 hours of your agents, as it happens.">
      {!isLoading && !isBegun && hasAgent !== undefined && memory !== undefined && (
        <NextSteps hasAgent={hasAgent} {...memory} />
      )}
      <div className="grid grid-cols-1 gap-x-8 gap-y-8 lg:grid-cols-3">
        <div className="flex min-w-0 flex-col gap-8 lg:order-2">
          <WaitingList isHeld={isLoading} />
          {!isLoading && activities.length > 0 && (
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
          {isLoading && <DaySkeleton />}
          {!isLoading && day.data !== undefined && <DayView day={day.data} />}
        </div>
      </div>
    </Page>
  );
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
  return (
    <>
      <Hours hours={hours} description={inWords(activities.length, total, doers)} />
      <Section title="Who did what">
        <Doers doers={doers} />
      </Section>
    </>
  );
}

function inWords(shown: number, total: number, doers: readonly Deeds[]): string {
  const people = doers.filter(({ actor }) => "personId" in actor).length;
  const by = [numbered(doers.length - people, "agent", "agents"), numbered(people, "person", "people")].filter(Boolean);
  const done = `${numbered(total, "thing", "things")} done by ${by.join(" and ")}.`;
  return shown < total ? `${done} The newest ${shown} are counted here.` : done;
}

const numbered = (count: number, one: string, many: string): string =>
  count === 0 ? "" : `${count} ${count === 1 ? one : many}`;

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

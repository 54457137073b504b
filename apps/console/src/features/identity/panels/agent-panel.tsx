import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { AgentActions } from "../parts/agent-actions.tsx";
import { AgentActivity } from "../parts/agent-activity.tsx";
import { AgentDiaries } from "../parts/agent-diaries.tsx";
import { AgentFacts } from "../parts/agent-facts.tsx";
import { agentQuery, type FoundAgent } from "../queries.ts";

/** One agent, at the side. */
export function AgentPanel({ id }: PanelProps): ReactNode {
  const { data: agent, error, refetch } = useQuery(agentQuery(id));
  return (
    <PanelFrame
      title={agent?.name ?? "Agent"}
      mark={<Mark fingerprint={agent?.fingerprint ?? id} size="large" />}
      description={agent?.own && <WholePage agent={agent} />}
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {agent === undefined && error === null && <RowsSkeleton rows={6} />}
      {agent && <AgentFacts agent={agent} />}
      {agent?.own === undefined ? (
        agent && <p className="text-muted">It belongs to another organization.</p>
      ) : (
        <Own agent={agent} />
      )}
    </PanelFrame>
  );
}

const WholePage = ({ agent: { fingerprint } }: { agent: FoundAgent }): ReactNode => (
  <TextLink to="/agents/$fingerprint" params={{ fingerprint }}>
    Keys and all its activity
  </TextLink>
);

const Own = ({ agent: { id, fingerprint, own } }: { agent: FoundAgent }): ReactNode => (
  <>
    {own && (
      <div className="flex flex-wrap gap-2">
        <AgentActions agent={own} />
      </div>
    )}
    <Section title="Diaries">
      <AgentDiaries agentId={id} />
    </Section>
    <Section title="Lately">
      <AgentActivity fingerprint={fingerprint} limit={8} />
    </Section>
  </>
);

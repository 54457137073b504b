import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { Card, Page, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { PageSkeleton } from "../../../ui/skeleton.tsx";
import { AgentActions } from "../parts/agent-actions.tsx";
import { AgentActivity } from "../parts/agent-activity.tsx";
import { AgentDiaries } from "../parts/agent-diaries.tsx";
import { AgentFacts } from "../parts/agent-facts.tsx";
import { AgentKeys } from "../parts/agent-keys.tsx";
import { agentQuery } from "../queries.ts";

/** One agent: who it is, its keys, what it owns and what it does. */
export function AgentPage(): ReactNode {
  const { fingerprint: asked } = useParams({ from: "/signed-in/organization/agents/$fingerprint" });
  const { data: agent, error, refetch } = useQuery(agentQuery(asked));
  if (agent === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <Page title="Agent">
        <ProblemView error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const { id, name, fingerprint, own } = agent;
  return (
    <Page
      title={name}
      mark={<Mark fingerprint={fingerprint} size="large" />}
      description={<Fingerprint value={fingerprint} isWhole />}
      actions={own && <AgentActions agent={own} />}
    >
      {asked.toUpperCase() !== fingerprint && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          It has replaced the key {asked.toUpperCase()} that you asked for, and is known by {fingerprint} now.
        </p>
      )}
      <div className="grid grid-cols-1 gap-x-10 gap-y-8 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-8">
          <Card>
            <AgentFacts agent={agent} />
          </Card>
          <Section
            title="Keys"
            description="A new key is introduced by the one before. What an old key signed stays verifiable."
          >
            <AgentKeys agentId={id} fingerprint={fingerprint} />
          </Section>
        </div>
        {own === undefined ? (
          <EmptyState title="It belongs to another organization" icon={<SearchX />}>
            Its name and its keys are for everybody, so that what it signed can be checked. More is not told.
          </EmptyState>
        ) : (
          <div className="flex min-w-0 flex-col gap-8">
            <Section title="Diaries">
              <AgentDiaries agentId={id} />
            </Section>
            <Section title="Activity" actions={<InLedger fingerprint={fingerprint} />}>
              <AgentActivity fingerprint={fingerprint} limit={20} hasOlder />
            </Section>
          </div>
        )}
      </div>
    </Page>
  );
}

const InLedger = ({ fingerprint }: { fingerprint: string }): ReactNode => (
  <TextLink to="/audit" search={{ actor: fingerprint }} className="text-13">
    In the audit ledger
  </TextLink>
);

import type { Budget, GatewayKey, Usage } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { useMayManage } from "../../../session/account.ts";
import { counted, formatCount, formatDollars } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { describeCache, describeCapture } from "../key-privacy.ts";
import { BudgetUse } from "../parts/budget-use.tsx";
import { ChangeKeyButton } from "../parts/change-key.tsx";
import { DeleteCaptures } from "../parts/delete-captures.tsx";
import { KeyState } from "../parts/key-state.tsx";
import { RevokeKey } from "../parts/revoke-key.tsx";
import { agentsToChooseQuery, keyBudgetsQuery, keyQuery, keyUsageQuery } from "../queries.ts";

/** One key: what it may do, and what it was used for. */
export function KeyPanel({ id }: PanelProps): ReactNode {
  const { data: key, error, refetch } = useQuery(keyQuery(id));
  return (
    <PanelFrame title={key?.name ?? "Key"} description={key && <KeyState state={key.state} />}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {key === undefined && error === null && <RowsSkeleton rows={6} />}
      {key && <About gatewayKey={key} />}
    </PanelFrame>
  );
}

function About({ gatewayKey: key }: { gatewayKey: GatewayKey }): ReactNode {
  const mayManage = useMayManage();
  const usage = useQuery(keyUsageQuery(key.id));
  const { data: budgets } = useQuery(keyBudgetsQuery(key.id));
  return (
    <>
      <KeyFacts gatewayKey={key} />
      {mayManage && key.state !== "revoked" && (
        <div className="flex flex-wrap gap-2">
          <ChangeKeyButton gatewayKey={key} />
          <RevokeKey gatewayKey={key} trigger={<Button kind="danger">Revoke key</Button>} />
        </div>
      )}
      <Section title="Limits">
        <Facts>
          <Fact name="Requests a minute">{limited(key.requestsPerMinute)}</Fact>
          <Fact name="Tokens a minute">{limited(key.tokensPerMinute)}</Fact>
          <Fact name="Models">
            {key.models === null ? (
              "All of the organization"
            ) : (
              <ul>
                {key.models.map((model) => (
                  <li key={model} className="font-mono text-13 wrap-anywhere">
                    {model}
                  </li>
                ))}
              </ul>
            )}
          </Fact>
        </Facts>
        {budgets?.items.map((budget: Budget) => (
          <BudgetUse key={budget.id} budget={budget} />
        ))}
      </Section>
      <Section title="Privacy">
        <Facts>
          <Fact name="Prompts and answers">{describeCapture(key.capture)}</Fact>
          <Fact name="Answers given again">{describeCache(key.cache)}</Fact>
        </Facts>
        {mayManage && <DeleteCaptures gatewayKey={key} />}
      </Section>
      <Section title="The last 30 days">
        {usage.error !== null && (
          <ProblemView error={usage.error} onRetry={() => void usage.refetch()} isCompact={true} />
        )}
        {usage.data === undefined && usage.error === null && <RowsSkeleton rows={2} />}
        {usage.data && <Used usage={usage.data} />}
      </Section>
    </>
  );
}

function KeyFacts({ gatewayKey }: { gatewayKey: GatewayKey }): ReactNode {
  const { hint, agentId, workspaceId, createdBy, createdAt, expiresAt, revokedAt, lastUsedAt } = gatewayKey;
  const { data: agents } = useQuery(agentsToChooseQuery);
  return (
    <Facts>
      <Fact name="Secret ends in">
        <code className="font-mono text-13">…{hint}</code>
      </Fact>
      <Fact name="For">
        {agentId === null && workspaceId === null && "The organization"}
        {agentId !== null && (agents?.find(({ id }) => id === agentId)?.name ?? agentId)}
        {workspaceId !== null && <code className="block font-mono text-13">{workspaceId}</code>}
      </Fact>
      <Fact name="Created">
        <Time value={createdAt} /> by {createdBy.name}
      </Fact>
      <Fact name="Last used">{lastUsedAt === null ? "Never" : <Time value={lastUsedAt} />}</Fact>
      {revokedAt === null ? (
        <Fact name="Ends">{expiresAt === null ? "Never" : <Time value={expiresAt} />}</Fact>
      ) : (
        <Fact name="Revoked">
          <Time value={revokedAt} />
        </Fact>
      )}
    </Facts>
  );
}

const limited = (limit: number | null): string => (limit === null ? "No limit" : formatCount(limit));

function Used({ usage: { total, groups } }: { usage: Usage }): ReactNode {
  if (total.calls === 0) return <p className="text-muted">No call was made with it.</p>;
  return (
    <>
      <p>
        {formatDollars(total.costMicros)} for {counted(total.calls, "call", "calls")} with{" "}
        {counted(total.inputTokens + total.outputTokens, "token", "tokens")}
        {total.failures > 0 && `; ${formatCount(total.failures)} failed`}.
      </p>
      <ul aria-label="By model" className="divide-y rounded-lg border">
        {groups.map(({ id, name, isRest, calls, costMicros }) => (
          <li key={id ?? "rest"} className="flex min-h-(--row) items-center justify-between gap-3 px-3 text-13">
            <span className="min-w-0 truncate">{isRest ? "All others" : (name ?? id)}</span>
            <span className="whitespace-nowrap text-muted">
              {counted(calls, "call", "calls")}, {formatDollars(costMicros)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

import type { UsageEvent } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useMayManage } from "../../../session/account.ts";
import { formatCount, formatDollars, formatMs } from "../../../ui/amounts.ts";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { CallCapture } from "../parts/call-capture.tsx";
import { CallOutcome } from "../parts/call-outcome.tsx";
import { describePrice } from "../provider-words.ts";
import { callQuery } from "../queries.ts";

/** One call: who made it, who answered it, what it used and what it cost; to admins also what was said, where that is stored. */
export function CallPanel({ id }: PanelProps): ReactNode {
  const { data: call, error, refetch } = useQuery(callQuery(id));
  const mayManage = useMayManage();
  return (
    <PanelFrame title={call?.model ?? "Call"} description={call && <CallOutcome outcome={call.outcome} />}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {call === undefined && error === null && <RowsSkeleton rows={8} />}
      {call && (
        <>
          <Way call={call} />
          <Section title="Used">
            <Tokens call={call} />
          </Section>
          {mayManage && <CallCapture call={call} />}
        </>
      )}
    </PanelFrame>
  );
}

const Way = ({ call }: { call: UsageEvent }): ReactNode => (
  <Facts>
    <Fact name="Begun (UTC)">
      <ExactTime value={call.startedAt} />
    </Fact>
    <Fact name="Key">
      <PanelLink kind="model-key" id={call.key.id}>
        {call.key.name ?? call.key.id}
      </PanelLink>
    </Fact>
    {call.agent !== null && <Fact name="Agent">{call.agent.name ?? call.agent.id}</Fact>}
    {call.workspaceId !== null && (
      <Fact name="Workspace">
        <code className="font-mono text-13">{call.workspaceId}</code>
      </Fact>
    )}
    {call.requestedModel !== call.model && <Fact name="Asked for">{call.requestedModel}</Fact>}
    <Fact name="Answered by">
      <PanelLink kind="provider" id={call.provider.id}>
        {call.provider.name ?? call.provider.id}
      </PanelLink>
      {call.attempts > 1 && `, at attempt ${call.attempts}`}
    </Fact>
    <Fact name="Status">{call.status === 0 ? "Not known" : call.status}</Fact>
    <Fact name="Dialect">
      {call.dialect}
      {call.streamed && ", streamed"}
    </Fact>
    <Fact name="Took">
      {formatMs(call.latencyMs)}
      {call.firstTokenMs !== null && `, the first content after ${formatMs(call.firstTokenMs)}`}
    </Fact>
    <Fact name="Request">
      <code className="font-mono text-12 break-all">{call.requestId}</code>
    </Fact>
  </Facts>
);

const Tokens = ({ call }: { call: UsageEvent }): ReactNode => (
  <Facts>
    <Fact name="Input">
      {formatCount(call.inputTokens)} tokens
      {call.cachedInputTokens > 0 && `, ${formatCount(call.cachedInputTokens)} of them from the cache`}
      {call.cacheWriteTokens > 0 && `, ${formatCount(call.cacheWriteTokens)} written to it`}
    </Fact>
    <Fact name="Output">
      {formatCount(call.outputTokens)} tokens
      {call.reasoningTokens > 0 && `, ${formatCount(call.reasoningTokens)} of them thought`}
    </Fact>
    <Fact name="Counted by">{call.countedBy === "provider" ? "The provider" : "The reef"}</Fact>
    <Fact name="Price">{call.price === null ? "None was known" : `${describePrice(call.price)} a million`}</Fact>
    <Fact name="Cost">
      {formatDollars(call.costMicros)}
      {call.savedMicros > 0 && `; ${formatDollars(call.savedMicros)} were saved`}
    </Fact>
  </Facts>
);

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { agentQuery } from "../queries.ts";

/** One agent, at the side. */
export function AgentPanel({ id }: PanelProps): ReactNode {
  const { data: agent, error, refetch } = useQuery(agentQuery(id));
  return (
    <PanelFrame title={agent?.name ?? "Agent"} mark={<Mark fingerprint={id} size="normal" />}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {agent === undefined && error === null && <RowsSkeleton rows={3} />}
      {agent && (
        <Facts>
          <Fact name="Fingerprint">
            <Fingerprint value={agent.fingerprint} isWhole />
          </Fact>
          <Fact name="Public key">
            <code className="font-mono text-13 break-all">{agent.publicKey}</code>
          </Fact>
        </Facts>
      )}
    </PanelFrame>
  );
}

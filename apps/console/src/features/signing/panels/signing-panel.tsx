import type { SigningRequest } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { AgentName, Mark } from "../../../ui/mark.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { RequestStatus } from "../parts/request-status.tsx";
import { signingRequestQuery } from "../queries.ts";

/** One signing request, at the side. */
export function SigningPanel({ id }: PanelProps): ReactNode {
  const { data: request, error, refetch } = useQuery(signingRequestQuery(id as SigningRequest["id"]));
  return (
    <PanelFrame
      title="Signing request"
      mark={request && <Mark fingerprint={request.agent.fingerprint} size="normal" />}
      description={request && <RequestStatus request={request} />}
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {request === undefined && error === null && <RowsSkeleton rows={4} />}
      {request && <Request request={request} />}
    </PanelFrame>
  );
}

const Request = ({ request }: { request: SigningRequest }): ReactNode => (
  <>
    <CodeBlock label="Message">{request.message}</CodeBlock>
    <Facts>
      <Fact name="Agent">
        <PanelLink kind="agent" id={request.agent.fingerprint} as="plain">
          <AgentName name={request.agent.name} fingerprint={request.agent.fingerprint} />
        </PanelLink>
      </Fact>
      <Fact name="Asked">
        <ExactTime value={request.createdAt} />
      </Fact>
      {request.completedAt === null ? (
        <Fact name={request.status === "expired" ? "Expired" : "Good until"}>
          <ExactTime value={request.expiresAt} />
        </Fact>
      ) : (
        <Fact name="Answered">
          <ExactTime value={request.completedAt} />
        </Fact>
      )}
      <Fact name="Nonce">
        <code className="font-mono text-13">{request.nonce}</code>
      </Fact>
      {request.signature !== null && (
        <Fact name="Signature">
          <code className="font-mono text-13 break-all">{request.signature}</code>
        </Fact>
      )}
    </Facts>
    {request.signature !== null && request.valid && (
      <a
        className="self-start text-accent underline"
        href={`/verify?signature=${encodeURIComponent(request.signature)}`}
      >
        Anybody can check it on this page
      </a>
    )}
  </>
);

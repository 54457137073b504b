import type { AgentKey } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Badge, Status } from "../../../ui/status.tsx";
import { Time } from "../../../ui/time.tsx";
import { useAgentKeys } from "../queries.ts";

/** The keys that an agent has and had. Each later one is introduced by the one before, which this browser checks. */
export function AgentKeys({ agentId, fingerprint }: { agentId: string; fingerprint: string }): ReactNode {
  const { items, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useAgentKeys(fingerprint);
  if (isPending) return <RowsSkeleton rows={2} />;
  return (
    <>
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      <ol className="flex flex-col divide-y rounded-lg border bg-raised">
        {items.map((key, index) => (
          <li key={key.publicKey} className="flex flex-col gap-1 px-3 py-2.5">
            <KeyRow agentId={agentId} agentKey={key} older={items[index + 1]} />
          </li>
        ))}
      </ol>
      {hasMore && (
        <Button size="small" className="self-start" isBusy={isLoadingMore} onClick={loadMore}>
          Older keys
        </Button>
      )}
    </>
  );
}

interface KeyRowProps {
  agentId: string;
  agentKey: AgentKey;
  /** The key before it, where it is on the page. */
  older: AgentKey | undefined;
}

const KeyRow = ({ agentId, agentKey, older }: KeyRowProps): ReactNode => {
  const { fingerprint, publicKey, validFrom, validUntil, proof } = agentKey;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Mark fingerprint={fingerprint} />
        <Fingerprint value={fingerprint} isWhole />
        {validUntil === null ? <Badge tone="accent">In use</Badge> : <Badge>Replaced</Badge>}
        <span className="ml-auto text-13 text-muted">
          <Time value={validFrom} />
          {validUntil !== null && (
            <>
              {" to "}
              <Time value={validUntil} />
            </>
          )}
        </span>
      </div>
      {proof === null ? (
        <p className="pl-7 text-13 text-muted">The key it joined with.</p>
      ) : (
        <div className="flex flex-col gap-1 pl-7">
          {older && <Proof agentId={agentId} agentKey={agentKey} older={older} />}
          <details className="text-13">
            <summary className="w-max rounded-sm text-muted hover:text-ink">What was signed</summary>
            <div className="flex flex-col gap-2 pt-2">
              <CodeBlock label="This key">{publicKey}</CodeBlock>
              <CodeBlock label="Nonce">{proof.nonce}</CodeBlock>
              <CodeBlock label="Signature of the key before">{proof.oldSignature}</CodeBlock>
              <CodeBlock label="Signature of this key">{proof.newSignature}</CodeBlock>
            </div>
          </details>
        </div>
      )}
    </>
  );
};

function Proof({ agentId, agentKey, older }: Required<KeyRowProps> & { older: AgentKey }): ReactNode {
  const { data: isProved } = useQuery({
    queryKey: ["proof", agentId, older.publicKey, agentKey.publicKey],
    // What it takes is loaded only where an agent has had a second key.
    queryFn: async () => (await import("../verify-rotation.ts")).verifyRotation(agentId, older, agentKey),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isProved === undefined) return <Status state="busy">Checking the signatures</Status>;
  return isProved ? (
    <Status state="done">Signed by the key before and by itself</Status>
  ) : (
    <Status state="failed">The signatures do not fit: nothing shows that the key before introduced it</Status>
  );
}

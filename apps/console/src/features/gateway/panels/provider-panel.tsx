import type { Provider } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { useAccount } from "../../../session/account.ts";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { ProviderActions } from "../parts/provider-actions.tsx";
import { ProviderKeys } from "../parts/provider-keys.tsx";
import { ProviderModels } from "../parts/provider-models.tsx";
import { KindName, ProviderState } from "../parts/provider-state.tsx";
import { useMayChange } from "../parts/use-may-change.ts";
import { useRemoval } from "../parts/use-removal.ts";
import { providerQuery } from "../queries.ts";

/** One provider: where it is, its keys, its models and what they cost. */
export function ProviderPanel({ id }: PanelProps): ReactNode {
  const { isOperator } = useAccount();
  const removal = useRemoval();
  const {
    data: provider,
    error,
    refetch,
  } = useQuery({
    ...providerQuery(id, isOperator),
    enabled: !removal.isGone,
  });
  const mayChange = useMayChange(provider?.scope);
  return (
    <PanelFrame title={provider?.name ?? "Provider"} description={provider && <ProviderState provider={provider} />}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {provider === undefined && error === null && <RowsSkeleton rows={6} />}
      {provider && (
        <>
          <ProviderFacts provider={provider} />
          {mayChange && <ProviderActions provider={provider} removal={removal} />}
          {!removal.isGone && (mayChange || provider.scope === "organization") && (
            <ProviderKeys provider={provider} mayChange={mayChange} />
          )}
          {!removal.isGone && <ProviderModels provider={provider} mayChange={mayChange} />}
        </>
      )}
    </PanelFrame>
  );
}

const ProviderFacts = ({ provider }: { provider: Provider }): ReactNode => (
  <Facts>
    <Fact name="Kind">
      <KindName kind={provider.kind} />
    </Fact>
    <Fact name="For">{provider.scope === "reef" ? "All organizations of this reef" : "This organization"}</Fact>
    {provider.baseUrl !== null && (
      <Fact name="Address">
        <code className="font-mono text-13">{provider.baseUrl}</code>
      </Fact>
    )}
    {Object.entries(provider.options).map(([name, value]) => (
      <Fact key={name} name={name}>
        <code className="font-mono text-13">{value}</code>
      </Fact>
    ))}
    <Fact name="Added">
      <Time value={provider.createdAt} />
    </Fact>
  </Facts>
);

import type { Alias } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Status } from "../../../ui/status.tsx";
import { shareOf, stepsOf, waysOf } from "../alias-ways.ts";
import { providersByIdQuery } from "../queries.ts";
import { ProviderState } from "./provider-state.tsx";

/** Where an alias leads, step by step, with who answers in each. */
export function AliasSteps({ targets }: Pick<Alias, "targets">): ReactNode {
  const { data: providers } = useQuery(providersByIdQuery);
  return (
    <ol className="flex flex-col gap-3">
      {stepsOf(waysOf(targets)).map((step, index) => (
        <li key={step.map(({ providerId, model }) => `${providerId}/${model}`).join()} className="flex flex-col gap-1">
          <p className="text-13 text-muted">{stepName(index, step.length)}</p>
          <ul className="divide-y rounded-lg border">
            {step.map((way) => {
              const provider = providers?.get(way.providerId);
              return (
                <li
                  key={`${way.providerId}/${way.model}`}
                  className="flex min-h-13 flex-wrap items-center justify-between gap-x-3 px-3 py-2"
                >
                  <span className="flex min-w-0 flex-col">
                    <span className="font-mono text-13 wrap-anywhere">{way.model}</span>
                    {provider === undefined ? (
                      <span className="text-13 text-muted">{way.providerId}</span>
                    ) : (
                      <PanelLink kind="provider" id={provider.id} className="text-13">
                        {provider.name}
                      </PanelLink>
                    )}
                  </span>
                  <span className="flex items-center gap-2">
                    {step.length > 1 && <span className="text-13 text-muted">{shareOf(way, step)} of calls</span>}
                    {provider !== undefined && <ProviderState provider={provider} />}
                    {providers !== undefined && provider === undefined && <Status state="failed">Gone</Status>}
                  </span>
                </li>
              );
            })}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function stepName(index: number, count: number): string {
  if (index === 0) return count === 1 ? "Asked first" : "Asked first, shared by weight";
  return count === 1 ? "Where that fails" : "Where that fails, shared by weight";
}

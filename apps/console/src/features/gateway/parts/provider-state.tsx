import type { ProviderSummary } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";
import { kindsQuery } from "../queries.ts";

/** Whether calls go to a provider, by shape and word. */
export function ProviderState({ provider }: { provider: ProviderSummary }): ReactNode {
  const { enabled, kind, keyCount, modelCount } = provider;
  const { data: kinds } = useQuery(kindsQuery);
  if (!enabled) return <Status state="paused">Disabled</Status>;
  if (keyCount === 0 && kinds?.get(kind)?.needsKey) return <Status state="degraded">No key</Status>;
  if (modelCount === 0) return <Status state="degraded">No models</Status>;
  return <Status state="online">Ready</Status>;
}

/** What a kind is called: "OpenAI". */
export function KindName({ kind }: { kind: string }): ReactNode {
  const { data: kinds } = useQuery(kindsQuery);
  return <span className="truncate">{kinds?.get(kind)?.title ?? kind}</span>;
}

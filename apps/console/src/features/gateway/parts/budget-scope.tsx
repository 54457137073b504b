import type { Budget } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { useOrganization } from "../../../session/account.ts";
import { agentsToChooseQuery, keyQuery, keysToChooseQuery } from "../queries.ts";

const kinds = {
  organization: "Organization",
  workspace: "Workspace",
  agent: "Agent",
  key: "Key",
  plan: "Plan",
} as const;

/** What a budget is for, as one says it: the kind, and the name where it has one. */
export function useScopeName({ scope, scopeId }: Pick<Budget, "scope" | "scopeId">): { kind: string; name: string } {
  const { name } = useOrganization();
  const { data: agents } = useQuery({ ...agentsToChooseQuery, enabled: scope === "agent" });
  const { data: keys } = useQuery({ ...keysToChooseQuery, enabled: scope === "key" });
  const listed = [...(agents ?? []), ...(keys ?? [])].find(({ id }) => id === scopeId)?.name;
  // A key that is revoked, or older than those that are listed, is asked for by itself.
  const isAlone = scope === "key" && keys !== undefined && listed === undefined && scopeId !== null;
  const { data: key } = useQuery({ ...keyQuery(scopeId ?? ""), enabled: isAlone });
  if (scope === "plan") return { kind: kinds.plan, name: "Allowance of the plan" };
  return { kind: kinds[scope], name: scopeId === null ? name : (listed ?? key?.name ?? scopeId) };
}

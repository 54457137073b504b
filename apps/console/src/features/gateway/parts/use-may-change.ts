import type { ProviderSummary } from "@reef/sdk";
import { useAccount, useMayManage } from "../../../session/account.ts";

/** Whether the person manages this provider: admins those of their organization, operators those of the whole reef. */
export function useMayChange(scope: ProviderSummary["scope"] | undefined): boolean {
  const { isOperator } = useAccount();
  const mayManage = useMayManage();
  return scope === "reef" ? isOperator : scope === "organization" && mayManage;
}

import type { GatewayKey } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

/** Asks, then revokes a key for good. */
export function RevokeKey({ gatewayKey, trigger }: { gatewayKey: GatewayKey; trigger: ReactElement }): ReactNode {
  const { id, name } = gatewayKey;
  const queryClient = useQueryClient();
  const revoke = async () => {
    await reef.gateway.revokeKey({ keyId: id });
    await queryClient.invalidateQueries({ queryKey: ["gateway", "keys"] });
    toast("Key revoked.");
  };
  return (
    <ConfirmDialog
      title={`Revoke the key ${name}?`}
      consequence="Within a second every call with it is refused, for good. Calls that are being answered are answered to their end; what it was used for stays on record."
      action="Revoke key"
      onConfirm={revoke}
      trigger={trigger}
    />
  );
}

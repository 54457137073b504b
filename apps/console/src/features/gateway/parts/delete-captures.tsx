import type { GatewayKey } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

/** Asks, then deletes what is stored of what was said with a key. Also where it keeps nothing any more: it may have before. */
export function DeleteCaptures({ gatewayKey: { id: keyId, name } }: { gatewayKey: GatewayKey }): ReactNode {
  const queryClient = useQueryClient();
  const remove = async () => {
    await reef.gateway.deleteKeyCaptures({ keyId });
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    toast("Prompts and answers are deleted.");
  };
  return (
    <div>
      <ConfirmDialog
        title={`Delete what was said with ${name}?`}
        consequence="Prompts and answers of all its calls so far are unreadable at once, and cannot be brought back. What the calls used stays on record."
        action="Delete all of it"
        onConfirm={remove}
        trigger={<Button size="small">Delete what is stored</Button>}
      />
    </div>
  );
}

import type { Agent } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

/** What admins and owners do with an agent; for others nothing. */
export function AgentActions({ agent, size }: { agent: Agent; size?: "small" }): ReactNode {
  const mayManage = useMayManage();
  if (!mayManage) return null;
  return (
    <>
      {/* A disabled agent gets no secret: the reef refuses it, as it would be of no use. */}
      {!agent.disabled && (
        <SecretDialog agent={agent} trigger={<Button {...(size && { size })}>Replace client secret</Button>} />
      )}
      <DisableOrEnable agent={agent} size={size} />
    </>
  );
}

function DisableOrEnable({ agent, size }: { agent: Agent; size: "small" | undefined }): ReactNode {
  const { name, fingerprint, disabled } = agent;
  const queryClient = useQueryClient();
  const change = async () => {
    await (disabled ? reef.identity.enableAgent({ fingerprint }) : reef.identity.disableAgent({ fingerprint }));
    await queryClient.invalidateQueries({ queryKey: ["identity"] });
    toast(disabled ? `${name} is let in again.` : `${name} is disabled.`);
  };
  return (
    <ConfirmDialog
      title={disabled ? `Enable ${name}?` : `Disable ${name}?`}
      consequence={
        disabled
          ? "It may sign in again with its key or its client secret. Tokens from before stay refused."
          : "It is refused everywhere within five seconds, and so are the programs that act for it and the vouchers that it issued. Its diaries and entries stay as they are."
      }
      action={disabled ? "Enable agent" : "Disable agent"}
      isDangerous={!disabled}
      onConfirm={change}
      trigger={
        <Button kind={disabled ? "primary" : "danger"} {...(size && { size })}>
          {disabled ? "Enable" : "Disable"}
        </Button>
      }
    />
  );
}

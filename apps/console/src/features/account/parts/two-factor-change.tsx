import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { toast } from "../../../ui/toast.tsx";
import { sessionQuery } from "../queries.ts";
import { AskPassword } from "./ask-password.tsx";
import { BackupCodes } from "./backup-codes.tsx";

/** Makes new backup codes in place of the old ones. */
export function NewBackupCodes({ onDone }: { onDone: () => void }): ReactNode {
  const { person } = useAccount();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes !== undefined) return <BackupCodes codes={codes} onKept={onDone} />;
  return (
    <AskPassword
      email={person.email}
      action="Make new codes"
      onPassword={async (password) => setCodes((await accounts.generateBackupCodes(password)).backupCodes)}
    />
  );
}

/** Turns the second factor off. */
export function TurnOff({ onDone }: { onDone: () => void }): ReactNode {
  const { person } = useAccount();
  const queryClient = useQueryClient();
  const turnOff = async (password: string) => {
    await accounts.disableTwoFactor(password);
    onDone();
    toast("The second factor is off.");
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return <AskPassword email={person.email} action="Turn off" isDangerous onPassword={turnOff} />;
}

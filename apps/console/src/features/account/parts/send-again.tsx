import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "./account-problem.tsx";

/** Sends the mail that confirms an address once more. */
export function SendAgain({ email }: { email: string }): ReactNode {
  const [isSent, setSent] = useState(false);
  const { isBusy, problem, run } = useSubmit();
  const send = async () => {
    await accounts.sendVerificationEmail({ email });
    setSent(true);
  };
  return (
    <div className="flex flex-col items-start gap-2">
      {isSent ? (
        <p role="status" className="text-13 text-good">
          If the address waits to be confirmed, another mail is on its way.
        </p>
      ) : (
        <Button size="small" isBusy={isBusy} onClick={() => void run(send)}>
          Send the mail again
        </Button>
      )}
      <AccountProblem problem={problem} />
    </div>
  );
}

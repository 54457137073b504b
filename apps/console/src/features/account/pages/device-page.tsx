import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Terminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode } from "../account-problems.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { Notice, SignedOutPage } from "../parts/signed-out-page.tsx";
import { deviceQuery, sessionQuery } from "../queries.ts";

/** Where a person lets the `reef` command on another screen sign in as them (RFC 8628). */
export function DevicePage(): ReactNode {
  const { user_code } = useSearch({ from: "/signed-out/device" });
  return user_code === undefined ? <EnterCode /> : <DecideOn key={user_code} code={user_code} />;
}

function EnterCode({ wrong }: { wrong?: string }): ReactNode {
  const navigate = useNavigate();
  const form = useSubmit(async ({ code = "" }) => {
    const user_code = code.toUpperCase().replace(/[^A-Z0-9]/g, "");
    await navigate({ to: "/device", search: { user_code } });
  });
  return (
    <SignedOutPage title="Sign in a command" lead="Enter the code that the terminal shows.">
      {wrong !== undefined && (
        <Notice tone="warn">
          There is no login with the code {wrong}: it is mistyped, was used or has expired. Begin again in the terminal
          with <code className="font-mono">reef login</code>.
        </Notice>
      )}
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field label="Code">
          <Input
            name="code"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            required
            autoFocus
            maxLength={20}
            className="font-mono text-16! tracking-widest uppercase"
          />
        </Field>
        <Button kind="primary" type="submit" isBusy={form.isBusy}>
          Continue
        </Button>
      </form>
    </SignedOutPage>
  );
}

function DecideOn({ code }: { code: string }): ReactNode {
  const { data: current } = useQuery(sessionQuery);
  const { data: device, error, refetch } = useQuery(deviceQuery(code));
  const [decision, setDecision] = useState<"approved" | "denied">();
  const { isBusy, problem, run } = useSubmit();
  if (decision !== undefined) {
    return (
      <SignedOutPage
        title={decision === "approved" ? "Signed in" : "Denied"}
        lead={
          decision === "approved"
            ? "The command is signed in as you. You may close this window and go back to the terminal. The session is listed in your account, where you can end it."
            : "The command was not signed in. You may close this window."
        }
      />
    );
  }
  if (hasCode(error, "device_invalid_request", "device_expired_token") || (device && device.status !== "pending")) {
    return <EnterCode wrong={code} />;
  }
  const decide = (answer: "approved" | "denied") =>
    run(async () => {
      await (answer === "approved" ? accounts.approveDevice(code) : accounts.denyDevice(code));
      setDecision(answer);
    });
  return (
    <SignedOutPage
      title="Let this command in?"
      lead={
        <>
          The <code className="font-mono text-ink">reef</code> command in a terminal asks to act as{" "}
          <b className="font-medium wrap-anywhere text-ink">{current?.user.email}</b>: whatever you may do, it may do.
        </>
      }
    >
      {error !== null ? (
        <>
          <AccountProblem problem={error} />
          <Button onClick={() => void refetch()}>Try again</Button>
        </>
      ) : device === undefined ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <>
          <Card className="flex items-center gap-3 p-4">
            <Terminal aria-hidden className="size-5 text-muted" />
            <div>
              <p className="text-13 text-muted">The terminal must show the same code</p>
              <p className="font-mono text-20 tracking-widest">{code}</p>
            </div>
          </Card>
          <Notice tone="warn">
            Approve only what you began yourself a moment ago. Whoever sent you this link may be trying to get in as
            you.
          </Notice>
          <AccountProblem problem={problem} />
          <div className="grid grid-cols-2 gap-2">
            <Button isBusy={isBusy} onClick={() => void decide("denied")}>
              Deny
            </Button>
            <Button kind="primary" isBusy={isBusy} onClick={() => void decide("approved")}>
              Approve
            </Button>
          </div>
        </>
      )}
    </SignedOutPage>
  );
}

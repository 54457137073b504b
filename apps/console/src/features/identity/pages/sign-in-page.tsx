import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { safeReturnTo } from "../../../session/return-to.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { useTitle } from "../../../ui/use-title.ts";

/** Signing in with an address and a password. */
export function SignInPage(): ReactNode {
  useTitle("Sign in");
  const { return_to, reason } = useSearch({ from: "/signed-out/sign-in" });
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    try {
      await accounts.signIn({ email: String(form.get("email")), password: String(form.get("password")) });
      await navigate({ to: safeReturnTo(return_to, location.origin) as "/" });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h1 className="text-28 font-semibold">Sign in</h1>
      {reason === "unreachable" && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          The reef did not answer, so nothing is shown until you have signed in again.
        </p>
      )}
      <Field label="E-mail">
        <Input name="email" type="email" autoComplete="username webauthn" required />
      </Field>
      <Field label="Password">
        <Input name="password" type="password" autoComplete="current-password" required />
      </Field>
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <Button kind="primary" type="submit" isBusy={isBusy}>
        Sign in
      </Button>
    </form>
  );
}

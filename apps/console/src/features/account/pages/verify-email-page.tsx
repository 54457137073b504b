import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode } from "../account-problems.ts";
import { type MailedToken, readMailedToken } from "../mailed-token.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";
import { sessionQuery } from "../queries.ts";

const titles: Readonly<Record<MailedToken["purpose"], string>> = {
  confirm: "Confirm your address",
  "allow-change": "Change your address",
  change: "Confirm your new address",
};

/**
 * What a mail's link about an address leads to. It is sent only when the person says so: programs that look at all links
 * of a mail use none of them up.
 */
export function VerifyEmailPage(): ReactNode {
  const { token } = useSearch({ from: "/signed-out/verify-email" });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isAllowed, setAllowed] = useState(false);
  const mailed = readMailedToken(token);
  const form = useSubmit(async () => {
    await accounts.verifyEmail(token ?? "");
    if (mailed?.purpose === "allow-change") return setAllowed(true);
    const current = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    // The account shows the new address after a full load.
    if (current !== null) return location.assign("/account");
    await navigate({ to: "/sign-in", search: { done: "address-confirmed" }, replace: true });
  });
  if (mailed === undefined || hasCode(form.problem, "invalid_token", "token_expired")) {
    return (
      <SignedOutPage
        title="This link does not work any more"
        lead="It was used, has expired, or was not copied whole. Sign in: where the address still waits to be confirmed, the page offers another mail."
      >
        <OtherWays>
          <TextLink to="/sign-in">Sign in</TextLink>
        </OtherWays>
      </SignedOutPage>
    );
  }
  if (isAllowed) {
    return (
      <SignedOutPage
        title="One more mail"
        lead={
          <>
            We wrote to <Address>{mailed.newAddress}</Address>. The link in that mail makes it your address; until then
            the old one stays.
          </>
        }
      />
    );
  }
  return (
    <SignedOutPage title={titles[mailed.purpose]} lead={<Lead {...mailed} />}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <AccountProblem problem={form.problem} />
        <Button kind="primary" type="submit" isBusy={form.isBusy} autoFocus>
          {mailed.purpose === "allow-change" ? "Allow the change" : "Confirm the address"}
        </Button>
      </form>
    </SignedOutPage>
  );
}

const Address = ({ children }: { children: ReactNode }): ReactNode => (
  <b className="font-medium wrap-anywhere text-ink">{children}</b>
);

const Lead = ({ purpose, address, newAddress }: MailedToken): ReactNode =>
  purpose === "confirm" ? (
    <>
      <Address>{address}</Address> becomes the address of your account.
    </>
  ) : (
    <>
      The address of your account changes from <Address>{address}</Address> to <Address>{newAddress}</Address>.
    </>
  );

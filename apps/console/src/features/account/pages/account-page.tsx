import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { callbackError } from "../account-problems.ts";
import type { AccountTab } from "../account-tabs.ts";
import { ApiKeys } from "../parts/api-keys.tsx";
import { LinkedLogins } from "../parts/linked-logins.tsx";
import { Passkeys } from "../parts/passkeys.tsx";
import { PasswordSection } from "../parts/password-section.tsx";
import { Profile } from "../parts/profile.tsx";
import { Programs } from "../parts/programs.tsx";
import { Sessions } from "../parts/sessions.tsx";
import { Notice } from "../parts/signed-out-page.tsx";
import { TwoFactor } from "../parts/two-factor.tsx";

/** The person's own account. */
export function AccountPage(): ReactNode {
  const { tab = "profile", error } = useSearch({ from: "/signed-in/account" });
  const navigate = useNavigate();
  const open = (next: AccountTab) =>
    void navigate({ to: "/account", search: next === "profile" ? {} : { tab: next }, resetScroll: false });
  return (
    <Page title="Your account" width="reading">
      {error !== undefined && <Notice tone="warn">{callbackError(error)}</Notice>}
      <Tabs
        label="Your account"
        value={tab}
        onChange={open}
        tabs={[
          { value: "profile", label: "Profile", content: <Profile /> },
          { value: "signing-in", label: "Signing in", content: <SigningIn /> },
          { value: "sessions", label: "Sessions", content: <SignedIn /> },
          { value: "keys", label: "API keys", content: <ApiKeys /> },
        ]}
      />
    </Page>
  );
}

const SignedIn = (): ReactNode => (
  <div className="flex flex-col gap-8">
    <Sessions />
    <Programs />
  </div>
);

const SigningIn = (): ReactNode => (
  <div className="flex flex-col gap-8">
    <PasswordSection />
    <Passkeys />
    <TwoFactor />
    <LinkedLogins />
  </div>
);

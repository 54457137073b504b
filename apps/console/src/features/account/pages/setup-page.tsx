import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { enter } from "../enter.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { NewPasswordField } from "../parts/password-field.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";
import { SlugField } from "../parts/slug-field.tsx";
import { slugFault, slugOf } from "../slug.ts";

/** The one-time link of the server's first start: makes the person who runs the reef, and the first organization. */
export function SetupPage(): ReactNode {
  const { code } = useSearch({ from: "/signed-out/setup" });
  const { data: options } = useQuery(signInOptionsQuery);
  if (code === undefined || options?.needsOperator === false) return <NothingToSetUp />;
  return (
    <SignedOutPage
      title="Set up your reef"
      lead="You are the first person here: you run this reef, and own its first organization."
    >
      <SetupForm code={code} />
    </SignedOutPage>
  );
}

const NothingToSetUp = (): ReactNode => (
  <SignedOutPage
    title="This link is used up"
    lead="It works once, and a newer start of the server prints a newer one. If the reef has its operator already, sign in."
  >
    <OtherWays>
      <TextLink to="/sign-in">Sign in</TextLink>
    </OtherWays>
  </SignedOutPage>
);

function SetupForm({ code }: { code: string }): ReactNode {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [organizationName, setOrganizationName] = useState("");
  // Until somebody writes one, the slug follows the name.
  const [ownSlug, setOwnSlug] = useState<string>();
  const slug = ownSlug ?? slugOf(organizationName);
  const form = useSubmit(async ({ password = "" }) => {
    await reef.identity.setUp({ code, name, email, password, organizationName, slug });
    await accounts.signIn({ email, password });
    enter();
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Your name">
        <Input
          name="name"
          autoComplete="name"
          required
          autoFocus
          maxLength={64}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <Field label="E-mail">
        <Input
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
      </Field>
      <NewPasswordField own={[name, email, organizationName]} />
      <Field label="Organization" hint="Who the agents belong to: a team, a company, or you.">
        <Input
          name="organizationName"
          autoComplete="organization"
          required
          maxLength={64}
          value={organizationName}
          onChange={({ target }) => setOrganizationName(target.value)}
        />
      </Field>
      <SlugField value={slug} onChange={setOwnSlug} />
      <AccountProblem problem={form.problem} />
      <Button kind="primary" type="submit" isBusy={form.isBusy} disabled={slug !== "" && slugFault(slug) !== undefined}>
        Set up the reef
      </Button>
    </form>
  );
}

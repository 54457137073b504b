import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { accountQuery, useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "./account-problem.tsx";
import { Notice } from "./signed-out-page.tsx";

/** Name and address. */
export function Profile(): ReactNode {
  const { person } = useAccount();
  return (
    <div className="flex flex-col gap-8">
      <Section title="Name" description="What others in your organizations read.">
        <NameForm key={person.name} name={person.name} />
      </Section>
      <Section title="E-mail" description="You sign in with it, and mail about your account goes there.">
        <AddressForm address={person.email} />
      </Section>
    </div>
  );
}

function NameForm({ name: present }: { name: string }): ReactNode {
  const queryClient = useQueryClient();
  const [name, setName] = useState(present);
  const form = useSubmit(async () => {
    await accounts.updatePerson({ name: name.trim() });
    await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    toast("Name changed.");
  });
  return (
    <Card>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
        <Field label="Your name">
          <Input
            autoComplete="name"
            required
            maxLength={64}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        <AccountProblem problem={form.problem} />
        <div>
          <Button type="submit" isBusy={form.isBusy} disabled={name.trim() === "" || name.trim() === present}>
            Change name
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** A change of the address is allowed from the old one, then confirmed from the new one. */
function AddressForm({ address }: { address: string }): ReactNode {
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState<string>();
  const form = useSubmit(async () => {
    await accounts.changeEmail({ newEmail: email, callbackURL: "/account" });
    setAsked(email);
    setEmail("");
  });
  return (
    <Card>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
        <p>
          Your address is <b className="font-medium wrap-anywhere">{address}</b>.
        </p>
        <Field label="New address" hint="We write to the old address first, then to the new one. Both must say yes.">
          <Input
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
        </Field>
        {asked !== undefined && (
          <Notice tone="good">
            A mail to {address} is on its way. Its link allows the change to {asked}; it works for an hour.
          </Notice>
        )}
        <AccountProblem problem={form.problem} />
        <div>
          <Button type="submit" isBusy={form.isBusy} disabled={email === "" || email === address}>
            Change address
          </Button>
        </div>
      </form>
    </Card>
  );
}

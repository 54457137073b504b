import { type ReactNode, useState } from "react";
import { Field, Input } from "../../../ui/field.tsx";
import { NewPasswordField } from "./password-field.tsx";

interface NewAccountFieldsProps {
  emailHint?: string;
  /** The one address that the account can have; it is not to be changed. */
  givenEmail?: string | undefined;
}

/** The fields `name`, `email` and `password` of a new account. */
export function NewAccountFields({ emailHint, givenEmail }: NewAccountFieldsProps): ReactNode {
  const [name, setName] = useState("");
  const [email, setEmail] = useState(givenEmail ?? "");
  return (
    <>
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
      <Field label="E-mail" hint={emailHint}>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          readOnly={givenEmail !== undefined}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
      </Field>
      <NewPasswordField own={[name, email]} />
    </>
  );
}

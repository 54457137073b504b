import type { ReactNode } from "react";
import { Field, Input } from "../../../ui/field.tsx";
import { slugFault } from "../slug.ts";

interface SlugFieldProps {
  value: string;
  onChange: (slug: string) => void;
  /** What else is wrong with it, for example that it is taken. */
  error?: string | undefined;
  isDisabled?: boolean;
}

/** An organization's name in addresses, looked at while it is typed. */
export const SlugField = ({ value, onChange, error, isDisabled }: SlugFieldProps): ReactNode => (
  <Field
    label="Slug"
    hint="Its name in addresses and commands: 3 to 40 of a to z, digits and hyphens."
    error={value === "" ? undefined : (slugFault(value) ?? error)}
  >
    <Input
      name="slug"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
      minLength={3}
      maxLength={40}
      disabled={isDisabled}
      className="font-mono"
      value={value}
      onChange={({ target }) => onChange(target.value.trim().toLowerCase())}
    />
  </Field>
);

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { classes } from "../../../ui/classes.ts";
import { Field, Input } from "../../../ui/field.tsx";
import {
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  type PasswordStrength,
  passwordStrength,
} from "../password-strength.ts";

/** A password, hidden until one wants to see it. Inside of a `Field`. */
function PasswordInput({ className, ...rest }: ComponentProps<"input">): ReactNode {
  const [isShown, setShown] = useState(false);
  return (
    <span className="relative block">
      <Input
        spellCheck={false}
        autoCapitalize="none"
        {...rest}
        type={isShown ? "text" : "password"}
        className={classes("pr-11", className)}
      />
      <button
        type="button"
        aria-pressed={isShown}
        aria-label="Show the password"
        title={isShown ? "Hide the password" : "Show the password"}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 right-0 flex w-(--control) items-center justify-center rounded-md text-muted -outline-offset-2 hover:text-ink [&_svg]:size-4"
      >
        {isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
      </button>
    </span>
  );
}

/** The password of an account that exists. */
export const PasswordField = ({
  label = "Password",
  name = "password",
  ...rest
}: ComponentProps<"input"> & { label?: string }): ReactNode => (
  <Field label={label}>
    <PasswordInput autoComplete="current-password" required maxLength={MAX_PASSWORD_LENGTH} {...rest} name={name} />
  </Field>
);

interface NewPasswordFieldProps {
  label?: string;
  name?: string;
  /** The person's name and address, which make no password. */
  own?: readonly string[];
}

/** A new password, with a hint at how good it is. */
export function NewPasswordField({ label = "Password", name = "password", own }: NewPasswordFieldProps): ReactNode {
  const [password, setPassword] = useState("");
  return (
    <Field label={label} hint={<Strength strength={passwordStrength(password, own)} />}>
      <PasswordInput
        name={name}
        autoComplete="new-password"
        required
        minLength={MIN_PASSWORD_LENGTH}
        maxLength={MAX_PASSWORD_LENGTH}
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
    </Field>
  );
}

const bars: Readonly<Record<PasswordStrength["level"], { full: number; colour: string }>> = {
  none: { full: 0, colour: "" },
  short: { full: 0, colour: "" },
  weak: { full: 1, colour: "bg-bad" },
  fair: { full: 2, colour: "bg-warn" },
  strong: { full: 3, colour: "bg-good" },
};

const Strength = ({ strength: { level, advice } }: { strength: PasswordStrength }): ReactNode => {
  const { full, colour } = bars[level];
  return (
    <span className="flex flex-col gap-1.5">
      <span aria-hidden className="mt-0.5 flex gap-1">
        {[1, 2, 3].map((bar) => (
          <span key={bar} className={classes("h-1 grow rounded-full", bar <= full ? colour : "bg-line")} />
        ))}
      </span>
      <span aria-live="polite">{advice}</span>
    </span>
  );
};

import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useId } from "react";
import { classes } from "./classes.ts";

const box =
  "w-full rounded-md border border-edge bg-raised text-14 text-ink placeholder:text-faint hover:border-muted " +
  "disabled:opacity-60 aria-invalid:border-bad";

/** One line of text. Inside of a `Field`, which names it. */
export const Input = ({ className, ...rest }: ComponentProps<"input">): ReactNode => (
  <input {...rest} className={classes(box, "h-(--control) px-3", className)} />
);

/** Several lines of text. Inside of a `Field`, which names it. */
export const TextArea = ({ className, ...rest }: ComponentProps<"textarea">): ReactNode => (
  <textarea {...rest} className={classes(box, "px-3 py-2", className)} />
);

/** One of a few; the system's own list, which keyboards, screen readers and telephones know. */
export const Select = ({ className, ...rest }: ComponentProps<"select">): ReactNode => (
  <select {...rest} className={classes(box, "h-(--control) px-2", className)} />
);

/** Yes or no, with its words beside it. */
export const Checkbox = ({ label, className, ...rest }: ComponentProps<"input"> & { label: ReactNode }): ReactNode => (
  <label className={classes("flex min-h-(--row) items-center gap-2", className)}>
    <input {...rest} type="checkbox" className="size-4 shrink-0 accent-accent" />
    <span>{label}</span>
  </label>
);

interface FieldProps {
  label: string;
  /** What is good to know before one writes. */
  hint?: ReactNode;
  /** What is wrong with what was written, and what to write instead. */
  error?: string | undefined;
  /** The label is read out only. */
  isLabelHidden?: boolean;
  className?: string;
  /** An `Input`, `Select`, or anything that takes `id` and the `aria-` attributes. */
  children: ReactElement<{ id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean }>;
}

/** A form's field: its label, its hint and its error, tied to the control for those who cannot see them together. */
export function Field({ label, hint, error, isLabelHidden, className, children }: FieldProps): ReactNode {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={classes("flex flex-col gap-1", className)}>
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "text-13 font-medium"}>
        {label}
      </label>
      {cloneElement(children, {
        id,
        ...(described !== "" && { "aria-describedby": described }),
        ...(error !== undefined && { "aria-invalid": true }),
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-13 text-muted">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="text-13 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

import type { ReactNode } from "react";
import { Field, Input } from "../../../ui/field.tsx";

interface DaySpanProps {
  /** Days such as `2026-11-12`, both included. */
  from: string | undefined;
  to: string | undefined;
  onChange: (changes: { from?: string | undefined; to?: string | undefined }) => void;
}

/** From one day to another, either of them open; the system's own calendar chooses them. */
export const DaySpan = ({ from, to, onChange }: DaySpanProps): ReactNode => (
  <fieldset className="flex items-center gap-2 max-sm:w-full max-sm:flex-wrap">
    <legend className="sr-only">When it happened</legend>
    <Field label="Happened on or after" isLabelHidden className="max-sm:grow">
      <Input
        type="date"
        value={from ?? ""}
        max={to}
        onChange={({ target }) => onChange({ from: target.value || undefined })}
        className="sm:w-auto!"
      />
    </Field>
    <span aria-hidden className="text-muted">
      to
    </span>
    <Field label="Happened on or before" isLabelHidden className="max-sm:grow">
      <Input
        type="date"
        value={to ?? ""}
        min={from}
        onChange={({ target }) => onChange({ to: target.value || undefined })}
        className="sm:w-auto!"
      />
    </Field>
  </fieldset>
);

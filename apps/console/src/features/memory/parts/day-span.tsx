import { type ReactNode, useState } from "react";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { daysAgo } from "../day-names.ts";

interface DaySpanProps {
  /** Days such as `2026-11-12`, both included. */
  from: string | undefined;
  to: string | undefined;
  onChange: (changes: { from?: string | undefined; to?: string | undefined }) => void;
}

/** Spans that people ask for most; each says how many days before today it begins. */
const spans = [
  { name: "Today", days: 0 },
  { name: "Last 7 days", days: 6 },
  { name: "Last 30 days", days: 29 },
] as const;

/** When it happened: a common span, or from one day to another, either of them open. */
export function DaySpan({ from, to, onChange }: DaySpanProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const common = to === undefined ? spans.find(({ days }) => daysAgo(days) === from) : undefined;
  const isOwn = isOpen || (common === undefined && (from !== undefined || to !== undefined));
  const choose = (name: string) => {
    setOpen(name === "own");
    if (name === "own") return;
    const span = spans.find((each) => each.name === name);
    onChange({ from: span && daysAgo(span.days), to: undefined });
  };
  return (
    <fieldset className="flex flex-wrap items-center gap-2 max-sm:w-full">
      <legend className="sr-only">When it happened</legend>
      <Field label="When it happened" isLabelHidden className="max-sm:w-full">
        <Select
          value={isOwn ? "own" : (common?.name ?? "")}
          onChange={({ target }) => choose(target.value)}
          className="sm:w-auto!"
        >
          <option value="">At any time</option>
          {spans.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
          <option value="own">Between days …</option>
        </Select>
      </Field>
      {isOwn && (
        <>
          <Field label="Happened on or after" isLabelHidden className="max-sm:grow">
            <Input
              type="date"
              value={from ?? ""}
              max={to}
              onChange={({ target }) => onChange({ from: target.value || undefined })}
              className="sm:w-auto!"
            />
          </Field>
          <span aria-hidden className="text-muted max-sm:hidden">
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
        </>
      )}
    </fieldset>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { CircleUserRound } from "lucide-react";
import type { ReactNode } from "react";
import { describedOperations, describeOperation } from "../../../activity/describe-operation.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import type { AuditFilter } from "../queries.ts";

const isFingerprint = (actor: string): boolean => /^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/i.test(actor);

/** What of the ledger is shown: what was done, by whom, when. */
export function Filters({ filter }: { filter: AuditFilter }): ReactNode {
  const navigate = useNavigate();
  const change = (changes: AuditFilter) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  const { actor, operation, from, to } = filter;
  const isFiltered = [actor, operation, from, to].some((value) => value !== undefined);
  return (
    <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => event.preventDefault()}>
      <Field label="What was done" className="min-w-48 grow sm:max-w-64">
        <Select value={operation ?? ""} onChange={({ target }) => change({ operation: target.value || undefined })}>
          <option value="">Anything</option>
          {describedOperations.map((each) => (
            <option key={each} value={each}>
              {describeOperation(each)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="From">
        <Input type="date" value={from ?? ""} onChange={({ target }) => change({ from: target.value || undefined })} />
      </Field>
      <Field label="To">
        <Input type="date" value={to ?? ""} onChange={({ target }) => change({ to: target.value || undefined })} />
      </Field>
      {actor !== undefined && (
        <p className="flex h-(--control) items-center gap-2 text-13">
          {isFingerprint(actor) ? <Mark fingerprint={actor} /> : <CircleUserRound aria-hidden className="size-5" />}
          Only by {isFingerprint(actor) ? <Fingerprint value={actor} /> : "one person"}
        </p>
      )}
      {isFiltered && (
        <Button
          kind="quiet"
          onClick={() => change({ actor: undefined, operation: undefined, from: undefined, to: undefined })}
        >
          Show all
        </Button>
      )}
    </form>
  );
}

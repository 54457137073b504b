import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { describedOperations, describeOperation } from "../../../activity/describe-operation.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import type { AuditFilter } from "../queries.ts";

/** What of the ledger is shown: what was done, by whom, when. */
export function Filters({ filter }: { filter: AuditFilter }): ReactNode {
  const navigate = useNavigate();
  const change = (changes: AuditFilter) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => event.preventDefault()}>
      <Field label="What was done" className="min-w-48 grow sm:max-w-64">
        <Select
          value={filter.operation ?? ""}
          onChange={({ target }) => change({ operation: target.value || undefined })}
        >
          <option value="">Anything</option>
          {describedOperations.map((operation) => (
            <option key={operation} value={operation}>
              {describeOperation(operation)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="From">
        <Input
          type="date"
          value={filter.from ?? ""}
          onChange={({ target }) => change({ from: target.value || undefined })}
        />
      </Field>
      <Field label="To">
        <Input
          type="date"
          value={filter.to ?? ""}
          onChange={({ target }) => change({ to: target.value || undefined })}
        />
      </Field>
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

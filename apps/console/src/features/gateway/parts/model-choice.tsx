import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Checkbox, Field, Input } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { modelChoicesQuery } from "../queries.ts";

interface ModelChoiceProps {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** Some of the organization's models and aliases, found by name; one that it does not list yet can be named as well. */
export function ModelChoice({ chosen, onChange }: ModelChoiceProps): ReactNode {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data, error, refetch } = useQuery(modelChoicesQuery(wanted));
  const shown = data === undefined ? undefined : [...new Set([...chosen, ...data])];
  const isNew = wanted !== "" && shown !== undefined && !shown.includes(wanted);
  return (
    <div className="flex flex-col gap-2">
      <Field label="Find models" isLabelHidden>
        <Input
          value={text}
          onChange={({ target }) => setText(target.value)}
          placeholder="Part of a model's name"
          maxLength={100}
          autoComplete="off"
        />
      </Field>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      <fieldset className="flex h-44 flex-col overflow-y-auto rounded-md border px-3 py-1">
        <legend className="sr-only">Models that the key may ask for</legend>
        {shown === undefined && error === null && <Skeleton className="my-2 h-5 w-40" />}
        {shown?.length === 0 && !isNew && (
          <p className="py-8 text-center text-13 text-muted">
            There is no model yet. Add a provider, or name one above.
          </p>
        )}
        {shown?.map((name) => (
          <Checkbox
            key={name}
            className="shrink-0"
            label={<span className="wrap-anywhere">{name}</span>}
            checked={chosen.includes(name)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
            }
          />
        ))}
        {isNew && (
          <Button
            size="small"
            kind="quiet"
            className="my-1 self-start"
            onClick={() => {
              onChange([...chosen, wanted]);
              setText("");
            }}
          >
            <Plus aria-hidden />
            <span className="max-w-64 truncate">Allow {wanted}</span>
          </Button>
        )}
      </fieldset>
    </div>
  );
}

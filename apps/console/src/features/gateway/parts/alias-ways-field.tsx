import type { Model } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { type AliasWay, moved, stepsOf, without } from "../alias-ways.ts";
import { describePrice } from "../provider-words.ts";
import { modelsToChooseQuery, providersByIdQuery } from "../queries.ts";

interface AliasWaysFieldProps {
  ways: readonly AliasWay[];
  onChange: (ways: readonly AliasWay[]) => void;
}

/** As many as the reef takes. */
const MOST_WAYS = 20;

/** Where an alias leads: models in the order in which they are tried, with the weights of those that share the calls. */
export function AliasWaysField({ ways, onChange }: AliasWaysFieldProps): ReactNode {
  const steps = stepsOf(ways);
  const change = (index: number, changes: Partial<AliasWay>) =>
    onChange(ways.map((way, place) => (place === index ? { ...way, ...changes } : way)));
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <p id="alias-ways" className="text-13 font-medium">
          Leads to
        </p>
        {ways.length === 0 && <p className="text-13 text-muted">Choose a model below. The first one is asked first.</p>}
        <ol aria-labelledby="alias-ways" className="flex flex-col gap-2 empty:hidden">
          {ways.map((way, index) => (
            <WayRow
              key={`${way.providerId}/${way.model}`}
              way={way}
              isFirst={index === 0}
              isLast={index === ways.length - 1}
              isShared={steps.some((step) => step.length > 1 && step.includes(way))}
              onChange={(changes) => change(index, changes)}
              onMove={(by) => onChange(moved(ways, index, by))}
              onRemove={() => onChange(without(ways, index))}
            />
          ))}
        </ol>
      </div>
      {ways.length < MOST_WAYS && (
        <AddWay
          ways={ways}
          onAdd={({ provider, name }) =>
            onChange([...ways, { providerId: provider.id, model: name, weight: 1, sharesWithAbove: false }])
          }
        />
      )}
    </div>
  );
}

interface WayRowProps {
  way: AliasWay;
  isFirst: boolean;
  isLast: boolean;
  isShared: boolean;
  onChange: (changes: Partial<AliasWay>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function WayRow({ way, isFirst, isLast, isShared, onChange, onMove, onRemove }: WayRowProps): ReactNode {
  const { data: providers } = useQuery(providersByIdQuery);
  const { model, providerId, weight, sharesWithAbove } = way;
  return (
    <li className="flex flex-col gap-2 rounded-md border px-3 py-2">
      <div className="flex items-center gap-1">
        <span className="flex min-w-0 grow flex-col">
          <span className="font-mono text-13 wrap-anywhere">{model}</span>
          <span className="truncate text-12 text-muted">{providers?.get(providerId)?.name ?? providerId}</span>
        </span>
        <IconButton
          size="small"
          label={`Move ${model} up`}
          icon={<ArrowUp />}
          disabled={isFirst}
          onClick={() => onMove(-1)}
        />
        <IconButton
          size="small"
          label={`Move ${model} down`}
          icon={<ArrowDown />}
          disabled={isLast}
          onClick={() => onMove(1)}
        />
        <IconButton size="small" label={`Take ${model} out`} icon={<X />} onClick={onRemove} />
      </div>
      {(!isFirst || isShared) && (
        <div className="flex flex-wrap gap-2">
          {!isFirst && (
            <Field label={`When ${model} is asked`} isLabelHidden className="min-w-48 grow">
              <Select
                value={sharesWithAbove ? "shared" : "after"}
                onChange={({ target }) => onChange({ sharesWithAbove: target.value === "shared" })}
              >
                <option value="after">Where all above fail</option>
                <option value="shared">Shares the calls with the one above</option>
              </Select>
            </Field>
          )}
          {isShared && (
            <span className="flex items-center gap-2 text-13 text-muted">
              <span aria-hidden>Weight</span>
              <Field label={`Weight of ${model}`} isLabelHidden className="w-20">
                <Input
                  type="number"
                  min={1}
                  max={1_000}
                  step={1}
                  required
                  // What is being typed may be nothing for a moment.
                  defaultValue={weight}
                  onChange={({ target }) => target.validity.valid && onChange({ weight: target.valueAsNumber })}
                />
              </Field>
            </span>
          )}
        </div>
      )}
    </li>
  );
}

function AddWay({ ways, onAdd }: { ways: readonly AliasWay[]; onAdd: (model: Model) => void }): ReactNode {
  const [text, setText] = useState("");
  const { data, error, refetch } = useQuery(modelsToChooseQuery(useDeferredValue(text.trim())));
  const shown = data?.filter(
    ({ name, provider }) => !ways.some(({ model, providerId }) => model === name && providerId === provider.id),
  );
  return (
    <div className="flex flex-col gap-2">
      <Field label="Add a model">
        <Input
          value={text}
          onChange={({ target }) => setText(target.value)}
          placeholder="Part of a model's name"
          maxLength={100}
          autoComplete="off"
        />
      </Field>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      <ul aria-label="Models to add" className="flex h-40 flex-col overflow-y-auto rounded-md border p-1">
        {shown === undefined && error === null && <Skeleton className="m-2 h-5 w-40" />}
        {shown?.length === 0 && (
          <li className="py-8 text-center text-13 text-muted">
            {text.trim() === "" ? "There is no other model. Add a provider." : "No other model has this in its name."}
          </li>
        )}
        {shown?.map((model) => (
          <li key={model.id}>
            <Button size="small" kind="quiet" className="w-full justify-start! text-ink" onClick={() => onAdd(model)}>
              <Plus aria-hidden />
              <span className="min-w-0 truncate font-mono">
                <span className="sr-only">Add </span>
                {model.id}
              </span>
              {model.price !== null && (
                <span className="ml-auto text-12 font-normal text-muted max-sm:hidden">
                  {describePrice(model.price)}
                </span>
              )}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

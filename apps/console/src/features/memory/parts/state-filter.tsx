import type { ReactNode } from "react";
import { Field, Select } from "../../../ui/field.tsx";

interface StateFilterProps<State extends string> {
  states: readonly State[];
  words: Readonly<Record<State, { name: string }>>;
  value: State | undefined;
  onChange: (state: State | undefined) => void;
}

/** One state, or all of them. */
export const StateFilter = <State extends string>({
  states,
  words,
  value,
  onChange,
}: StateFilterProps<State>): ReactNode => (
  <Field label="State" isLabelHidden>
    <Select value={value ?? ""} onChange={({ target }) => onChange(states.find((state) => state === target.value))}>
      <option value="">All states</option>
      {states.map((state) => (
        <option key={state} value={state}>
          {words[state].name}
        </option>
      ))}
    </Select>
  </Field>
);

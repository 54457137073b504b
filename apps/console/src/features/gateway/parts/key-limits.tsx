import type { GatewayKey } from "@reef/sdk";
import type { ReactNode } from "react";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ModelChoice } from "./model-choice.tsx";

interface KeyLimitsProps {
  /** What the key has now; nothing for a new one. */
  limits?: Pick<GatewayKey, "requestsPerMinute" | "tokensPerMinute">;
  /** Null for all of the organization. */
  models: readonly string[] | null;
  onModels: (models: readonly string[] | null) => void;
}

/** The fields of a key's form that say how much of what it may ask for: `requests` and `tokens` by name, and its models. */
export const KeyLimits = ({ limits, models, onModels }: KeyLimitsProps): ReactNode => (
  <>
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Requests a minute">
        <Input
          name="requests"
          type="number"
          min={1}
          max={1_000_000}
          step={1}
          placeholder="No limit"
          defaultValue={limits?.requestsPerMinute ?? ""}
        />
      </Field>
      <Field label="Tokens a minute">
        <Input
          name="tokens"
          type="number"
          min={1}
          max={1_000_000_000}
          step={1}
          placeholder="No limit"
          defaultValue={limits?.tokensPerMinute ?? ""}
        />
      </Field>
    </div>
    <Field label="May ask for">
      <Select
        value={models === null ? "all" : "some"}
        onChange={({ target }) => onModels(target.value === "some" ? [] : null)}
      >
        <option value="all">All models of the organization</option>
        <option value="some">The models that I choose</option>
      </Select>
    </Field>
    {models !== null && <ModelChoice chosen={models} onChange={onModels} />}
  </>
);

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Checkbox, Field, Input, Select } from "../../../ui/field.tsx";
import {
  type CacheMode,
  cacheLives,
  cacheModeOf,
  cacheWith,
  type KeyPrivacy,
  redactions,
  usualCapture,
} from "../key-privacy.ts";
import { captureSettingsQuery } from "../queries.ts";

interface KeyPrivacyFieldsProps {
  privacy: KeyPrivacy;
  onChange: (privacy: KeyPrivacy) => void;
}

/** The fields of a key's form that say what is kept of what is said with it, and what is answered from memory. */
export const KeyPrivacyFields = ({ privacy, onChange }: KeyPrivacyFieldsProps): ReactNode => (
  <>
    <CaptureFields capture={privacy.capture} onChange={(capture) => onChange({ ...privacy, capture })} />
    <CacheFields cache={privacy.cache} onChange={(cache) => onChange({ ...privacy, cache })} />
  </>
);

interface CaptureFieldsProps {
  capture: KeyPrivacy["capture"];
  onChange: (capture: KeyPrivacy["capture"]) => void;
}

function CaptureFields({ capture, onChange }: CaptureFieldsProps): ReactNode {
  const { data: settings } = useQuery(captureSettingsQuery);
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Prompts and answers">
          <Select
            value={capture === null ? "no" : "yes"}
            onChange={({ target }) => onChange(target.value === "yes" ? { ...usualCapture } : null)}
          >
            <option value="no">Are not kept</option>
            <option value="yes">Are kept for a time</option>
          </Select>
        </Field>
        {capture !== null && (
          <Field label="Days they are kept">
            <Input
              type="number"
              min={1}
              max={365}
              step={1}
              required
              // What is being typed may be nothing for a moment.
              defaultValue={capture.retentionDays}
              onChange={({ target }) =>
                target.validity.valid && onChange({ ...capture, retentionDays: target.valueAsNumber })
              }
            />
          </Field>
        )}
      </div>
      {capture !== null && settings?.enabled === false && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          Nothing is kept as yet: the organization has not turned capture on, under Privacy.
        </p>
      )}
      {capture !== null && (
        <fieldset>
          <legend className="mb-1 text-13 font-medium">Taken out before they are kept</legend>
          <div className="grid grid-cols-2 gap-x-4">
            {redactions.map(([kind, word]) => (
              <Checkbox
                key={kind}
                label={word}
                checked={capture.redact.includes(kind)}
                onChange={({ target }) =>
                  onChange({
                    ...capture,
                    redact: target.checked ? [...capture.redact, kind] : capture.redact.filter((each) => each !== kind),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}

interface CacheFieldsProps {
  cache: KeyPrivacy["cache"];
  onChange: (cache: KeyPrivacy["cache"]) => void;
}

const CacheFields = ({ cache, onChange }: CacheFieldsProps): ReactNode => (
  <>
    <Field label="Answers are given again">
      <Select
        value={cacheModeOf(cache)}
        onChange={({ target }) => onChange(cacheWith(cache, target.value as CacheMode))}
      >
        <option value="never">Never: each call is asked anew</option>
        <option value="exact">To the same request</option>
        <option value="semantic">To nearly the same question as well</option>
      </Select>
    </Field>
    {cache !== null && (
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="For how long">
          <Select
            value={cache.ttlSeconds}
            onChange={({ target }) => onChange({ ...cache, ttlSeconds: Number(target.value) })}
          >
            {cacheLives.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
            {!cacheLives.some(({ seconds }) => seconds === cache.ttlSeconds) && (
              <option value={cache.ttlSeconds}>{cache.ttlSeconds} seconds</option>
            )}
          </Select>
        </Field>
        {cache.semantic !== null && (
          <Field label="How alike (0.8 to 1)">
            <Input
              type="number"
              min={0.8}
              max={1}
              step={0.01}
              required
              defaultValue={cache.semantic.threshold}
              onChange={({ target }) =>
                target.validity.valid && onChange({ ...cache, semantic: { threshold: target.valueAsNumber } })
              }
            />
          </Field>
        )}
      </div>
    )}
  </>
);

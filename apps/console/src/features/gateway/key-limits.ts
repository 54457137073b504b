import { countOf } from "../../ui/amounts.ts";
import { describeCache, describeCapture, type KeyPrivacy } from "./key-privacy.ts";

const DAY_MS = 86_400_000;

/** How long a new key may work, beside without end. */
export const keyLives: readonly { days: number; label: string }[] = [
  { days: 1, label: "a day" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "a year" },
];

/** The end of a key that works for so many days from now, as the reef takes it; null for none ("" in the form). */
export const endIn = (days: string, now: number = Date.now()): string | null =>
  days === "" ? null : new Date(now + Number(days) * DAY_MS).toISOString();

interface WrittenLimits {
  /** Null for all of the organization. */
  models: readonly string[] | null;
  requests: string;
  tokens: string;
}

/** What a key may do, as the reef takes it, of what the form says. */
export const limitsOf = ({ models, requests, tokens }: WrittenLimits) => ({
  models: models === null ? null : [...models],
  requestsPerMinute: countOf(requests),
  tokensPerMinute: countOf(tokens),
});

/** What somebody may have changed of a key. */
interface Limited extends KeyPrivacy {
  name: string;
  models: readonly string[] | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  expiresAt: string | null;
}

/** A key's settings in a line: "desk: gpt-5, 600 requests a minute, until 2027-01-31". */
export function describeKey({
  name,
  models,
  requestsPerMinute,
  tokensPerMinute,
  expiresAt,
  capture,
  cache,
}: Limited): string {
  const parts = [
    models === null ? "all models" : models.join(" and "),
    requestsPerMinute !== null && `${requestsPerMinute} requests a minute`,
    tokensPerMinute !== null && `${tokensPerMinute} tokens a minute`,
    expiresAt === null ? "without end" : `until ${expiresAt.slice(0, 10)}`,
    `prompts and answers: ${describeCapture(capture).toLowerCase()}`,
    `answers given again: ${describeCache(cache).toLowerCase()}`,
  ];
  return `${name}: ${parts.filter((part) => part !== false).join(", ")}`;
}

import type { GatewayKey } from "@reef/sdk";
import { counted } from "../../ui/amounts.ts";

/** What a key says of what is said with it; null for nothing kept, and for nothing given again. */
export type KeyPrivacy = Pick<GatewayKey, "capture" | "cache">;

/** What can be taken out of a text before it is kept, as the reef names it and as one says it. */
export const redactions = [
  ["email", "E-mail addresses"],
  ["phone", "Telephone numbers"],
  ["card", "Card numbers"],
  ["iban", "IBANs"],
  ["secret", "Secrets"],
  ["ip", "IP addresses"],
] as const;

/** What a key keeps where nobody has said more. */
export const usualCapture = { retentionDays: 30, redact: redactions.map(([kind]) => kind) };

/** How long an answer is given again, in seconds. */
export const cacheLives: readonly { seconds: number; label: string }[] = [
  { seconds: 600, label: "10 minutes" },
  { seconds: 3_600, label: "an hour" },
  { seconds: 86_400, label: "a day" },
  { seconds: 604_800, label: "a week" },
];

/** Which questions get an answer again. */
export type CacheMode = "never" | "exact" | "semantic";

/** What a key's setting means, in one word of the form. */
export const cacheModeOf = (cache: GatewayKey["cache"]): CacheMode =>
  cache === null ? "never" : cache.semantic === null ? "exact" : "semantic";

/** A key's setting with another mode; how long and how alike stays. */
export function cacheWith(cache: GatewayKey["cache"], mode: CacheMode): GatewayKey["cache"] {
  if (mode === "never") return null;
  const { ttlSeconds = 3_600, semantic = null } = cache ?? {};
  // Whoever wants what is nearly the same wants what is the same as well.
  return { exact: true, semantic: mode === "semantic" ? (semantic ?? { threshold: 0.95 }) : null, ttlSeconds };
}

/** "Kept for 30 days, without e-mail addresses and IBANs". */
export function describeCapture(capture: GatewayKey["capture"]): string {
  if (capture === null) return "Not kept";
  const words = redactions.filter(([kind]) => capture.redact.includes(kind)).map(([, word]) => word);
  const without =
    words.length === redactions.length
      ? ", with all that is recognized taken out"
      : words.length === 0
        ? ", with nothing taken out"
        : `, without ${list.format(words.map((word) => (word === "IBANs" || word === "IP addresses" ? word : word.toLowerCase())))}`;
  return `Kept for ${counted(capture.retentionDays, "day", "days")}${without}`;
}

const list = new Intl.ListFormat("en-GB");

/** "To the same request, for an hour". */
export function describeCache(cache: GatewayKey["cache"]): string {
  if (cache === null) return "Never";
  const life = cacheLives.find(({ seconds }) => seconds === cache.ttlSeconds)?.label;
  const until = life ?? counted(cache.ttlSeconds, "second", "seconds");
  if (cache.semantic === null) return `To the same request, for ${until}`;
  const alike = `to nearly the same question (${cache.semantic.threshold} alike)`;
  return `${cache.exact ? "To the same request and t" : "T"}${alike.slice(1)}, for ${until}`;
}

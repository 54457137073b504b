import type {
  Budget,
  Entry,
  GatewayKey,
  Group,
  ProviderModel,
  Relation,
  Search,
  Share,
  SigningRequest,
  Transfer,
  UsageEvent,
  Voucher,
} from "@reef/sdk";
import { InvalidArgumentError } from "commander";
import type { WrittenTarget } from "./gateway/alias-targets.ts";

/** The kinds of memory. */
export const types = [
  "semantic",
  "episodic",
  "procedural",
  "reflection",
  "identity",
  "soul",
] as const satisfies Entry["type"][];

/** What one entry may be to another. */
export const relationKinds = [
  "supersedes",
  "elaborates",
  "contradicts",
  "supports",
  "caused_by",
  "references",
] as const satisfies Relation["kind"][];

/** Who may read a diary. */
export const visibilities = ["private", "network", "public"] as const;

/** What a share may let somebody be. */
export const roles = ["reader", "writer"] as const satisfies Share["role"][];

/** What may have become of a share. */
export const shareStatuses = ["pending", "accepted", "declined", "revoked"] as const satisfies Share["status"][];

/** A parser of whole numbers within limits, for an option. */
export const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
};

/** A weight from 0 to 1. */
export function weight(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It is a number from 0 to 1.");
}

/** Tags with commas between them. An empty text means no tags. */
export const tagList = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

/** Kinds of memory with commas between them. */
export function typeList(text: string): Search["types"] {
  return tagList(text).map((name) => {
    const found = types.find((type) => type === name);
    if (found === undefined) throw new InvalidArgumentError(`${name} is none of ${types.join(", ")}.`);
    return found;
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment: a date, a date with a time (this machine's zone unless it names one), or how long ago: `90m`, `12h`, `7d`, `2w`. */
export function moment(text: string): string {
  const [, amount, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  // A date alone would be read as midnight in UTC; people mean their own midnight.
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
  const time = new Date(unitMs === undefined ? Date.parse(local) : Date.now() - Number(amount) * unitMs);
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      "It is a date (2026-11-18), a date with a time (2026-11-18T10:00Z), or an age (7d, 12h).",
    );
  }
  return time.toISOString();
}

/** A moment that is still to come: a date, a date with a time, or in how long: `12h`, `90d`. */
export function laterMoment(text: string): string {
  const [, amount, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  const time = unitMs === undefined ? Date.parse(moment(text)) : Date.now() + Number(amount) * unitMs;
  if (time > Date.now() && time < 8.64e15) return new Date(time).toISOString();
  throw new InvalidArgumentError("It is a date or a time to come (2027-01-31), or in how long (90d, 12h).");
}

/** An id of an entry. */
export function entryId(text: string): Entry["id"] {
  if (/^ent_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return text as Entry["id"];
  throw new InvalidArgumentError("An entry's id begins with `ent_`; `reef search` and `reef entry list` show it.");
}

/** A parser of ids with one prefix, for an argument; `shownBy` names the commands that show them. */
const idOf =
  <Prefix extends string>(prefix: Prefix, shownBy: string) =>
  (text: string): `${Prefix}_${string}` => {
    if (new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(text)) return text as `${Prefix}_${string}`;
    throw new InvalidArgumentError(`The id begins with \`${prefix}_\`; ${shownBy} shows it.`);
  };

/** An id of a share. */
export const shareId: (text: string) => Share["id"] = idOf("shr", "`reef invitation list` or `reef share list`");

/** An id of a transfer. */
export const transferId: (text: string) => Transfer["id"] = idOf("trf", "`reef transfer list`");

/** An id of a group. */
export const groupId: (text: string) => Group["id"] = idOf("grp", "`reef group list`");

/** A voucher's id, which is not its code. */
export const voucherId: (text: string) => Voucher["id"] = idOf("vch", "`reef voucher list`");

/** A gateway key's id, which is not its secret. */
export const gatewayKeyId: (text: string) => GatewayKey["id"] = idOf("key", "`reef keys list`");

/** An id of a budget. */
export const budgetId: (text: string) => Budget["id"] = idOf("bud", "`reef budgets list`");

/** An id of a call of a model. */
export const usageEventId: (text: string) => UsageEvent["id"] = idOf("use", "`reef usage calls`");

/** How alike two questions must be: a cosine. */
export function likeness(text: string): number {
  const cosine = Number(text);
  if (text.trim() !== "" && cosine >= 0.8 && cosine <= 1) return cosine;
  throw new InvalidArgumentError("It is a number from 0.8 to 1, such as 0.95.");
}

/** An id of a workspace. */
export const workspaceId: (text: string) => `wsp_${string}` = idOf("wsp", "the console");

/** An amount of dollars, in micro-dollars. */
export function dollars(text: string): number {
  const micros = Math.round(Number(text) * 1_000_000);
  if (/^\d+(\.\d+)?$/.test(text) && Number.isSafeInteger(micros)) return micros;
  throw new InvalidArgumentError("It is an amount of dollars, such as 20 or 0.50.");
}

/** An amount of money in units of its currency: `49`, `49.50`. */
export function money(text: string): number {
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(amount <= 1_000_000)) throw new InvalidArgumentError("It is an amount from 0 to 1000000, such as 49.50.");
  return amount;
}

/** A currency by its code, as the reef writes it. */
export function currency(text: string): string {
  const code = text.toLowerCase();
  if (!/^[a-z]{3}$/.test(code)) throw new InvalidArgumentError("It is a code of ISO 4217, such as usd or eur.");
  return code;
}

/** What another parser reads, or `none`; null is no value that an option can have. */
export const orNone =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | "none" =>
    text === "none" ? text : parse(text);

/** Models with commas between them: each is `NAME`, or `NAME=INPUT/OUTPUT` with its dollars per million tokens. */
export const pricedModels = (text: string): ProviderModel[] =>
  tagList(text).map((written) => {
    if (!written.includes("=")) return { name: written };
    const [, name, input, output] = /^([^=]+)=([^=/]+)\/([^=/]+)$/.exec(written) ?? [];
    if (name !== undefined && input !== undefined && output !== undefined) {
      return { name, price: { inputMicros: dollars(input), outputMicros: dollars(output) } };
    }
    throw new InvalidArgumentError("A model with its price is NAME=INPUT/OUTPUT, such as small=0.50/2.");
  });

/** An alias for models. */
export function aliasName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError("It is 1 to 64 letters, digits, `.`, `_`, `:` and `-`, such as fast.");
}

/**
 * One step more of an alias: models with commas between them, each `PROVIDER/MODEL` or the name alone, with `=WEIGHT` behind it
 * where one shall be asked more often than another.
 */
export function aliasStep(text: string, before: readonly (readonly WrittenTarget[])[] = []): WrittenTarget[][] {
  const step = tagList(text).map((written) => {
    const [, path = "", share = "1"] = /^([^=]+)(?:=(\d{1,4}))?$/.exec(written) ?? [];
    const [, provider, model] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
    const target = { provider, model: model ?? path, weight: Number(share) };
    if (target.model !== "" && target.weight >= 1 && target.weight <= 1_000) return target;
    throw new InvalidArgumentError("A model is PROVIDER/MODEL, or PROVIDER/MODEL=WEIGHT with a weight from 1 to 1000.");
  });
  if (step.length === 0) throw new InvalidArgumentError("Name a model, such as openai/gpt-5-mini.");
  return [...before.map((earlier) => [...earlier]), step];
}

/** A parser of whole numbers within limits, or `none`: no limit. */
export const numberOrNone = (least: number, most: number) => orNone(wholeNumber(least, most));

/** A moment that is still to come, or `never`. */
export const laterMomentOrNever = (text: string): string => (text === "never" ? text : laterMoment(text));

/** One `NAME=VALUE` more, for an option that may be given several times. */
export function setting(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([A-Za-z][A-Za-z0-9]*)=(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { ...before, [name]: value };
  throw new InvalidArgumentError("It is NAME=VALUE, such as region=eu-central-1; `reef providers kinds` lists names.");
}

/** A content identifier, as a signed entry has one. */
export function contentHash(text: string): string {
  if (/^bafkrei[a-z2-7]{52}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "A content identifier begins with `bafkrei`; `reef diary verify --json` shows the head.",
  );
}

/** An agent's fingerprint, in any case. */
export function fingerprint(text: string): string {
  if (/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("A fingerprint looks like 21FE-31DF-A154-A261; `reef agent list` shows it.");
}

/** Who did something: an agent's fingerprint in any case, or a person's id. */
export function actor(text: string): string {
  if (/^usr_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return text;
  if (/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError(
    "It is an agent's fingerprint (21FE-31DF-A154-A261) or a person's id (usr_…); `reef audit list --json` has both.",
  );
}

/** A voucher's code. */
export function voucherCode(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("A voucher's code is 64 hex digits.");
}

/** Whom a message is for: a fingerprint in any case, or a public key as it is written. */
export function recipient(text: string): string {
  if (/^ed25519:[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  if (/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("It is a fingerprint (21FE-31DF-A154-A261) or a public key (ed25519:…).");
}

/** A public key as it is written. */
export function publicKey(text: string): string {
  if (/^ed25519:[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  throw new InvalidArgumentError("A public key looks like ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=.");
}

/** An id of a signing request. */
export function signingRequestId(text: string): SigningRequest["id"] {
  if (/^sgn_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return text as SigningRequest["id"];
  throw new InvalidArgumentError("A signing request's id begins with `sgn_`.");
}

import canonicalize from "canonicalize";
import { toHex } from "./keys.ts";

/** One record of an organization's audit ledger: who did what. What was written, sent or signed is never part of it. */
export interface LedgerRecord {
  v: 1;
  organizationId: string;
  /** 1, 2, 3 … without gaps. */
  position: number;
  /** When the change was made, as ISO-8601 in UTC; changes made at once may stand in either order. */
  at: string;
  actor: LedgerActor;
  /** Such as `memory.createDiary`. */
  operation: string;
  /** Ids of what it was done to, by name. */
  subject: Readonly<Record<string, string>>;
  /** Names of the fields that the request set. */
  fields: readonly string[];
  requestId: string;
  /** The hash of the record before; null in the first one. */
  previous: string | null;
}

/** An agent with the key that it had then, or a person. */
type LedgerActor = { agentId: string; name: string; fingerprint: string } | { personId: string; name: string };

/** What the reef signs now and then: that the ledger up to a position has this last hash, and so nothing in it changed. */
export interface LedgerCheckpoint {
  v: 1;
  organizationId: string;
  position: number;
  /** The hash of the record at that position. */
  hash: string;
  at: string;
  /** The reef's audit key, `ed25519:…`. */
  publicKey: string;
}

/** What is hashed and what is signed begin with these lines, so that neither can be taken for anything else. */
const RECORD_DOMAIN = "reef:ledger:v1\n";
const CHECKPOINT_DOMAIN = "reef:checkpoint:v1\n";

const utf8 = new TextEncoder();

/** The one text of a value as JSON (RFC 8785). @throws Error when it holds half of a surrogate pair, or no JSON. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This value has no JSON.");
  return text;
}

/** SHA-256 over `reef:ledger:v1`, a line feed and the record's canonical text, as 64 hex digits. */
export async function hashLedgerRecord(canonical: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(RECORD_DOMAIN + canonical))));
}

/** What the reef's audit key signs: `reef:checkpoint:v1`, a line feed and the checkpoint's canonical text. */
export const checkpointSigningBytes = (canonical: string): Uint8Array<ArrayBuffer> =>
  utf8.encode(CHECKPOINT_DOMAIN + canonical);

/** A record as a line of an export. The line itself is canonical JSON, so a record has no second spelling. */
export const ledgerRecordLine = (canonical: string, hash: string): string =>
  `{"hash":${JSON.stringify(hash)},"record":${canonical}}`;

/** A checkpoint as a line of an export; it stands behind the record at its position. */
export const ledgerCheckpointLine = (canonical: string, signature: string): string =>
  `{"checkpoint":${canonical},"signature":${JSON.stringify(signature)}}`;

/** A line of an export, read: a record with the hash that it claims, or a checkpoint with its signature. */
export type LedgerLine =
  | { kind: "record"; record: LedgerRecord; canonical: string; hash: string }
  | { kind: "checkpoint"; checkpoint: LedgerCheckpoint; canonical: string; signature: string };

/** Reads a line of an export; undefined when it is not exactly what a reef writes. */
export function parseLedgerLine(line: string): LedgerLine | undefined {
  const parsed = parseCanonical(line);
  if (!isObject(parsed) || Object.keys(parsed).length !== 2) return undefined;
  const { hash, record, checkpoint, signature } = parsed;
  if (isHash(hash) && isRecord(record)) return { kind: "record", record, canonical: canonicalJson(record), hash };
  if (typeof signature === "string" && isCheckpoint(checkpoint)) {
    return { kind: "checkpoint", checkpoint, canonical: canonicalJson(checkpoint), signature };
  }
  return undefined;
}

/** A text that is the canonical one of the value it holds; any other spelling of the same value is refused. */
function parseCanonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

const isActor = (value: unknown): value is LedgerActor =>
  isObject(value) &&
  isText(value.name) &&
  ("personId" in value ? isText(value.personId) : isText(value.agentId) && isText(value.fingerprint));

function isRecord(value: unknown): value is LedgerRecord {
  if (!isObject(value) || value.v !== 1 || !isPosition(value.position)) return false;
  const { organizationId, at, actor, operation, subject, fields, requestId, previous } = value;
  return (
    [organizationId, at, operation, requestId].every(isText) &&
    isActor(actor) &&
    isObject(subject) &&
    Object.values(subject).every(isText) &&
    Array.isArray(fields) &&
    fields.every(isText) &&
    (previous === null || isHash(previous))
  );
}

function isCheckpoint(value: unknown): value is LedgerCheckpoint {
  if (!isObject(value) || value.v !== 1 || !isPosition(value.position) || !isHash(value.hash)) return false;
  return [value.organizationId, value.at, value.publicKey].every(isText);
}

import { fingerprintOf, parsePublicKey, verifySignature } from "../keys.ts";
import {
  ArchiveError,
  type ArchiveHeader,
  type ArchiveRecord,
  archiveSigningBytes,
  linkRecord,
  NO_HASH,
} from "./records.ts";

/** An entry has at most 100,000 characters, each of which JSON spells with at most six. A longer line is none of ours. */
const LINE_CHARACTERS = 1_000_000;

/** A record and the number of its line; the first is 1. */
export interface PlacedRecord {
  line: number;
  record: ArchiveRecord;
}

/**
 * Reads an archive from pieces of its text, record by record. That it is whole and signed by the agent that it names is
 * known only when the reading has ended without an error, so nothing may be believed before.
 *
 * @throws ArchiveError with the line that was altered, or what else is wrong.
 */
export async function* readArchive(pieces: AsyncIterable<string>): AsyncGenerator<PlacedRecord> {
  let header: ArchiveHeader | undefined;
  let hash = NO_HASH;
  let line = 0;
  let isSigned = false;
  for await (const text of linesOf(pieces)) {
    line += 1;
    if (isSigned) throw new ArchiveError(`Line ${line} stands behind the signature.`);
    const parsed = parse(text, line);
    if (header !== undefined && "signature" in parsed) {
      await requireSignature(header, parsed, { lines: line - 1, hash });
      isSigned = true;
      continue;
    }
    const record = recordOf(parsed, line);
    hash = await linkRecord(hash, record);
    if (parsed.hash !== hash) {
      throw new ArchiveError(
        `Line ${line} (${describe(record)}) was altered, or a line before it was removed or moved.`,
      );
    }
    if (header === undefined) header = await requireHeader(record);
    yield { line, record };
  }
  if (line === 0) throw new ArchiveError("The archive is empty.");
  if (!isSigned) throw new ArchiveError(`The archive is cut off behind line ${line}: its signature is missing.`);
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > LINE_CHARACTERS) throw new ArchiveError("A line is longer than any line of an archive.");
  }
  if (rest !== "") yield rest;
}

function parse(text: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // What is no JSON is told as what is JSON of another kind.
  }
  throw new ArchiveError(line === 1 ? "This is no archive of an agent." : `Line ${line} is no line of an archive.`);
}

const FIELDS: Readonly<Record<string, string>> = {
  header: "agent",
  key: "kdf",
  agentKey: "agentKey",
  diary: "diary",
  entry: "entry",
  relation: "relation",
  share: "share",
};

/** The record of a line. What is in it was signed by the agent; the reef that it goes to checks every field again. */
function recordOf({ record }: Record<string, unknown>, line: number): ArchiveRecord {
  const kind = isObject(record) ? record.kind : undefined;
  const field = typeof kind === "string" && Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (!isObject(record) || field === undefined || !isObject(record[field])) {
    throw new ArchiveError(
      line === 1 ? "This is no archive of an agent." : `Line ${line} holds something that this version does not know.`,
    );
  }
  return record as unknown as ArchiveRecord;
}

async function requireHeader(record: ArchiveRecord): Promise<ArchiveHeader> {
  if (record.kind !== "header" || record.format !== "reef-archive" || typeof record.nonce !== "string") {
    throw new ArchiveError("This is no archive of an agent.");
  }
  if (record.version !== 1)
    throw new ArchiveError(`This archive has version ${record.version}, which is not known here.`);
  const { publicKey, fingerprint } = record.agent;
  const raw = typeof publicKey === "string" ? parsePublicKey(publicKey) : undefined;
  if (raw === undefined || (await fingerprintOf(raw)) !== fingerprint) {
    throw new ArchiveError("The public key in the archive's first line is not the one of its fingerprint.");
  }
  return record;
}

async function requireSignature(
  header: ArchiveHeader,
  last: Record<string, unknown>,
  { lines, hash }: { lines: number; hash: string },
): Promise<void> {
  if (last.lines !== lines || last.hash !== hash) {
    throw new ArchiveError(`Lines before the signature are missing: ${lines} are there, ${last.lines} were signed.`);
  }
  const { publicKey, fingerprint } = header.agent;
  const bytes = await archiveSigningBytes(header, lines, hash);
  if (typeof last.signature === "string" && (await verifySignature(publicKey, bytes, last.signature))) return;
  throw new ArchiveError(
    `The archive is not signed by ${fingerprint}: it was altered by somebody who does not have that agent's key.`,
  );
}

function describe(record: ArchiveRecord): string {
  if (record.kind === "diary") return `diary ${record.diary.id}`;
  if (record.kind === "entry") return `entry ${record.entry.id}`;
  return record.kind;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

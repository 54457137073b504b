import { verifySignature } from "./keys.ts";
import {
  checkpointSigningBytes,
  hashLedgerRecord,
  type LedgerCheckpoint,
  type LedgerLine,
  parseLedgerLine,
} from "./ledger.ts";
import { createLedgerChain, type LedgerFault, type Report } from "./ledger-chain.ts";

/** What is known about a ledger once all of it was read. */
export interface LedgerVerdict {
  /** Whether every record is proved: there is no fault, and none stands behind the last checkpoint. */
  ok: boolean;
  organizationId: string | null;
  records: number;
  checkpoints: number;
  /** The last record. A ledger that was cut off at an earlier checkpoint shows only here: compare it with the reef's. */
  head: { position: number; hash: string } | null;
  /** The last checkpoint that holds. */
  checkpoint: LedgerCheckpoint | null;
  /** How many records stand behind that checkpoint: nothing proves that they are genuine. */
  uncovered: number;
  /** The keys that signed the checkpoints. */
  publicKeys: string[];
  /** The first hundred, in the order of lines. */
  faults: LedgerFault[];
  faultCount: number;
}

/** How to verify a ledger. */
export interface LedgerOptions {
  /** The audit key that the reef publishes; without it any key will do, and the verdict names it. */
  publicKey?: string | undefined;
}

/** One forgery may break every line behind it, and nobody reads a thousand faults. */
const MAX_FAULTS = 100;

/**
 * Verifies an export of an audit ledger, line by line in bounded memory, and says which record was altered, removed,
 * inserted or moved. The lines come without their line feeds.
 *
 * What it cannot know: whether records behind the last checkpoint are genuine (`uncovered`), and whether the file was cut
 * off at an earlier checkpoint (`head`).
 */
export async function verifyLedger(
  lines: AsyncIterable<string> | Iterable<string>,
  { publicKey: expectedKey }: LedgerOptions = {},
): Promise<LedgerVerdict> {
  const { faults, report, count } = collectFaults();
  const chain = createLedgerChain(report);
  const publicKeys = new Set<string>();
  const counts = { records: 0, checkpoints: 0 };
  let line = 0;
  let organizationId: string | null = null;
  let covered: LedgerCheckpoint | null = null;

  /** Whether a line is of the organization that the first one is of. */
  function isOurs(found: { organizationId: string; position: number }): boolean {
    organizationId ??= found.organizationId;
    if (found.organizationId === organizationId) return true;
    report("inserted", { position: found.position, line }, `Line ${line} was inserted from another organization.`);
    return false;
  }

  async function takeRecord({ record, canonical, hash }: LedgerLine & { kind: "record" }): Promise<void> {
    if (!isOurs(record)) return;
    counts.records += 1;
    const computed = await hashLedgerRecord(canonical);
    if (computed === hash) {
      chain.take({ position: record.position, line, hashes: [hash] }, record.previous, false);
      return;
    }
    // The position itself may be what was altered, so its place counts where the chain speaks for it.
    const position = chain.isFollowedBy(record.previous) ? chain.last().position + 1 : record.position;
    report("altered", { position, line }, `Record ${position} was altered: its hash is not that of its content.`);
    chain.take({ position, line, hashes: [computed, hash] }, record.previous, true);
  }

  async function takeCheckpoint(found: LedgerLine & { kind: "checkpoint" }, before: number): Promise<void> {
    const { checkpoint, canonical, signature } = found;
    const { position, publicKey, hash } = checkpoint;
    const here = { position, line };
    counts.checkpoints += 1;
    if (!(await verifySignature(publicKey, checkpointSigningBytes(canonical), signature))) {
      report("checkpoint", here, `The checkpoint in line ${line} was altered: its signature is wrong.`);
      return;
    }
    publicKeys.add(publicKey);
    if (expectedKey !== undefined && publicKey !== expectedKey) {
      report("key", here, `The checkpoint in line ${line} is signed by another key: ${publicKey}.`);
    } else if (isOurs(checkpoint)) {
      if (position < chain.last().position || position === before) {
        report("checkpoint", here, `The checkpoint of record ${position} is not in its place, in line ${line}.`);
      } else {
        if (!chain.reach({ ...here, hashes: [hash] }, hash)) reportRewritten(before + 1, checkpoint);
        covered = checkpoint;
      }
    }
  }

  function reportRewritten(first: number, { position }: LedgerCheckpoint): void {
    const which = first === position ? `Record ${position}` : `One of the records ${first} to ${position}`;
    report(
      "altered",
      { position: first, line },
      `${which} was altered, and every hash behind it computed anew: the checkpoint in line ${line} names another one.`,
    );
  }

  const coveredPosition = () => (covered as LedgerCheckpoint | null)?.position ?? 0;

  for await (const text of lines) {
    line += 1;
    const parsed = parseLedgerLine(text);
    if (parsed?.kind === "record") await takeRecord(parsed);
    else if (parsed?.kind === "checkpoint") await takeCheckpoint(parsed, coveredPosition());
    else {
      chain.takeUnreadable();
      const position = chain.last().position + 1;
      report("altered", { position, line }, `Line ${line} was altered: it is no longer a record or a checkpoint.`);
    }
  }
  chain.finish();
  const { position, hashes } = chain.last();
  const uncovered = Math.max(0, position - coveredPosition());
  return {
    ok: count() === 0 && uncovered === 0,
    organizationId,
    ...counts,
    head: position === 0 ? null : { position, hash: hashes[0] ?? "" },
    checkpoint: covered,
    uncovered,
    publicKeys: [...publicKeys],
    faults: faults(),
    faultCount: count(),
  };
}

/** Keeps the first faults by line; all are counted. */
function collectFaults(): { report: Report; faults(): LedgerFault[]; count(): number } {
  const kept: LedgerFault[] = [];
  let counted = 0;
  return {
    report(kind, { position, line }, text) {
      counted += 1;
      kept.push({ kind, line, position, text });
      kept.sort((a, b) => a.line - b.line || a.position - b.position);
      kept.length = Math.min(kept.length, MAX_FAULTS);
    },
    faults: () => kept,
    count: () => counted,
  };
}

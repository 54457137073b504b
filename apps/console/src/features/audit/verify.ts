import { type LedgerVerdict, verifyLedger } from "@reef/proofs";
import { reef } from "../../session/reef.ts";

/** Lines that are fetched at once: the most that the reef gives. */
const PAGE = 500;

/** How far a verification has come. */
export interface Progress {
  lines: number;
  total: number;
}

/**
 * Fetches the whole ledger and verifies it in this browser, page by page in bounded memory: the hashes, the chain, and the
 * checkpoints against the audit key that the reef publishes.
 */
export async function verifyWholeLedger(
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<LedgerVerdict> {
  const publicKey = await publishedKey(signal);
  async function* lines() {
    const done: Progress = { lines: 0, total: 0 };
    let cursor: string | undefined;
    do {
      const page = await reef.signing.exportAudit({ limit: PAGE, ...(cursor && { cursor }) }, { signal });
      yield* page.items;
      done.lines += page.items.length;
      done.total = page.total;
      onProgress({ ...done });
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return verifyLedger(lines(), { publicKey });
}

/** The key with which the reef signs its ledgers' checkpoints. */
async function publishedKey(signal: AbortSignal): Promise<string> {
  const response = await fetch("/.well-known/reef.json", { signal });
  if (!response.ok) throw new Error(`The reef's description could not be read (${response.status}).`);
  const { signatures } = (await response.json()) as { signatures: { auditPublicKey: string } };
  return signatures.auditPublicKey;
}

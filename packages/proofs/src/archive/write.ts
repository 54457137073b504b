import { toBase64 } from "../base64.ts";
import { canonicalJson } from "../ledger.ts";
import { type ArchiveHeader, type ArchiveRecord, archiveSigningBytes, linkRecord, NO_HASH } from "./records.ts";

/** Makes the lines of an archive one by one; what is written is not kept. */
export interface ArchiveWriter {
  /** The line of a record, with its line feed. The header is the first one already. */
  lineOf(record: Exclude<ArchiveRecord, ArchiveHeader>): Promise<string>;
  /** The last line: the agent's signature over all before. */
  finish(): Promise<string>;
}

/** Begins an archive: its first line, and what makes the others. `sign` signs with the key that the header names. */
export async function createArchiveWriter(
  header: ArchiveHeader,
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<{ firstLine: string; writer: ArchiveWriter }> {
  let hash = NO_HASH;
  let lines = 0;
  const append = async (record: ArchiveRecord) => {
    hash = await linkRecord(hash, record);
    lines += 1;
    return `${canonicalJson({ hash, record })}\n`;
  };
  return {
    firstLine: await append(header),
    writer: {
      lineOf: append,
      async finish() {
        const signature = toBase64(await sign(await archiveSigningBytes(header, lines, hash)));
        return `${canonicalJson({ hash, lines, signature })}\n`;
      },
    },
  };
}

import { createReadStream } from "node:fs";
import { type LedgerVerdict, verifyLedger } from "@reef/proofs";
import type { Context } from "../context.ts";
import { CommandError, type ExitCode, exitCodes } from "../failures.ts";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/text.ts";

/** No line of a ledger comes near this. */
const LONGEST_LINE_BYTES = 1_048_576;

/** `reef audit verify FILE`: asks no reef. Exit code 1 unless every record is proved. */
export async function verifyAudit({ output }: Context, options: { key?: string }, path: string): Promise<ExitCode> {
  const source = path === "-" ? process.stdin : createReadStream(path);
  const verdict = await verifyLedger(linesOf(source), { publicKey: options.key }).catch((error: unknown) => {
    if (!isFileError(error)) throw error;
    throw new CommandError(exitCodes.wrongUse, `${path} cannot be read: ${error.message}.`, "Name an export to check.");
  });
  output.result(verdict, printable(describe(verdict, output, options.key).join("\n")));
  if (verdict.ok && options.key === undefined && verdict.publicKeys.length > 0) {
    output.talk(
      "Compare the key with the one that your reef tells in /.well-known/reef.json, or give that one to --key.",
    );
  }
  return verdict.ok ? exitCodes.done : exitCodes.failed;
}

/**
 * The lines of a file. Only a line feed ends one: texts in a ledger may hold the other characters that end lines elsewhere.
 * A line that is no UTF-8 becomes one that no ledger has, so that it is named like any other that was altered.
 */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes: Buffer) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return "";
    }
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a)) {
      yield decode(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE_BYTES) {
      throw new CommandError(exitCodes.failed, "This is no export of a ledger.", "Write one with `reef audit export`.");
    }
    rest = bytes;
  }
  if (rest.length > 0) yield decode(rest);
}

function describe(verdict: LedgerVerdict, { style }: Output, key: string | undefined): string[] {
  const { records, checkpoint, checkpoints, faults, faultCount, uncovered, head, organizationId, publicKeys } = verdict;
  const trouble = [
    ...faults.map(({ text }) => `${style.bad("✕")} ${text}`),
    ...(faultCount > faults.length ? [`  … and ${faultCount - faults.length} more.`] : []),
    ...(uncovered === 0
      ? []
      : [
          `${style.bad("✕")} ${uncovered} ${uncovered === 1 ? "record" : "records"} behind ${checkpoint === null ? "the beginning" : `record ${checkpoint.position}`} are covered by no checkpoint: nothing proves them.`,
        ]),
  ];
  if (trouble.length > 0) return trouble;
  if (head === null) return ["An empty ledger: there is nothing to prove."];
  const signed = `${checkpoints} ${checkpoints === 1 ? "checkpoint" : "checkpoints"}`;
  return [
    `${style.good("✓")} ${records} ${records === 1 ? "record" : "records"} of ${organizationId}, unaltered, none missing, ${signed}.`,
    `${style.dim("last")}  record ${head.position}, ${head.hash}`,
    `${style.dim("key")}   ${publicKeys.join(", ")}${key === undefined ? "" : " (as expected)"}`,
  ];
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { AuditRecord, Page, Reef } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { signature } from "../terminal/mark.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

interface ListOptions {
  actor?: string;
  operation?: string;
  after?: string;
  before?: string;
  order?: "newest" | "oldest";
  limit?: number;
  cursor?: string;
}

/** `reef audit list` */
export async function listAudit(context: Context, options: ListOptions): Promise<void> {
  const { actor, operation, after, before, order, limit, cursor } = options;
  const { output } = context;
  const reef = await connect(context);
  const page: Page<AuditRecord> = await reef.signing.listAuditRecords({
    actor,
    operation,
    after,
    before,
    order,
    limit,
    cursor,
  });
  const columns = [
    { heading: "#", text: ({ record }: AuditRecord) => String(record.position) },
    { heading: "WHEN", text: ({ record }: AuditRecord) => relativeTime(record.at) },
    { heading: "WHO", text: ({ record }: AuditRecord) => signature(record.actor, output.style), mayCut: true },
    { heading: "DID", text: ({ record }: AuditRecord) => record.operation },
    { heading: "TO", text: ({ record }: AuditRecord) => subjectOf(record), mayCut: true },
  ];
  writePage(output, page, columns, "Nothing of that kind was recorded.");
}

/** What it was done to; an id may stand there under two names. */
const subjectOf = ({ subject }: AuditRecord["record"]): string => [...new Set(Object.values(subject))].join(" ");

/** Lines that are fetched at once. */
const PAGE = 500;

/** `reef audit export FILE`: the file appears whole or not at all, for this user only. */
export async function exportAudit(context: Context, _options: GlobalOptions, path: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  if (path === "-") {
    for await (const line of reef.signing.exportAudit.all({ limit: PAGE })) {
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
    }
    return;
  }
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, "wx", 0o600);
  try {
    const lines = await writeLines(context, reef, file);
    await file.sync();
    await file.close();
    await rename(draft, path);
    output.result({ file: path, lines }, path);
    output.talk(`${lines} lines. Check them with: reef audit verify ${path}`);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeLines({ output }: Context, reef: Reef, file: FileHandle): Promise<number> {
  let lines = 0;
  let text = "";
  for await (const line of reef.signing.exportAudit.all({ limit: PAGE })) {
    text += `${line}\n`;
    lines += 1;
    if (lines % PAGE !== 0) continue;
    output.progress(`Exported ${lines} lines …`);
    await file.write(text);
    text = "";
  }
  await file.write(text);
  return lines;
}

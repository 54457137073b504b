import { once } from "node:events";
import type { AuditRecord, Page, Reef } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { writeWhole } from "../files/write-whole.ts";
import { writePage } from "../terminal/page.ts";
import { columnOf } from "../terminal/table.ts";
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
    columnOf("WHO", ({ record }: AuditRecord) => record.actor),
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
  const counts = { lines: 0 };
  await writeWhole(path, exportLines(context, reef, counts));
  output.result({ file: path, ...counts }, path);
  output.talk(`${counts.lines} lines. Check them with: reef audit verify ${path}`);
}

/** The lines of the ledger, a page in each piece; they are counted on the way. */
async function* exportLines({ output }: Context, reef: Reef, counts: { lines: number }): AsyncGenerator<string> {
  let text = "";
  for await (const line of reef.signing.exportAudit.all({ limit: PAGE })) {
    text += `${line}\n`;
    counts.lines += 1;
    if (counts.lines % PAGE !== 0) continue;
    output.progress(`Exported ${counts.lines} lines …`);
    yield text;
    text = "";
  }
  yield text;
}

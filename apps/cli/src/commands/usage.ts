import { once } from "node:events";
import type { ExportUsageInput, GetUsageInput, Page, Reef, Usage, UsageEvent } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";
import { agentIdOf, providerIdOf } from "../gateway/find.ts";
import { count, dollarsOf } from "../terminal/amount.ts";
import { writePage } from "../terminal/page.ts";
import { renderTable } from "../terminal/table.ts";
import { relativeTime } from "../terminal/time.ts";

interface FilterOptions {
  from?: string;
  to?: string;
  model?: string;
  key?: `key_${string}`;
  agent?: string;
  workspace?: `wsp_${string}`;
  provider?: string;
}

type SumOptions = FilterOptions & { by?: GetUsageInput["groupBy"]; bucket?: GetUsageInput["bucket"] };
type CallOptions = FilterOptions & { outcome?: ExportUsageInput["outcome"]; limit?: number; cursor?: string };

const filtersOf = async (reef: Reef, { from, to, model, key, agent, workspace, provider }: FilterOptions) => ({
  from,
  to,
  model,
  keyId: key,
  agentId: await agentIdOf(reef, agent),
  workspaceId: workspace,
  providerId: await providerIdOf(reef, provider),
});

type Sums = Usage["total"];
/** A line of the table: when, what for, how much. */
type Line = { start: string; group: string; sums: Sums };

/** `reef usage`: by time, by what `--by` names, or by both where `--bucket` is named with it. */
export async function sumUsage(context: Context, options: SumOptions): Promise<void> {
  const { by: groupBy, bucket } = options;
  const { output } = context;
  const reef = await connect(context);
  const usage = await reef.gateway.getUsage({ ...(await filtersOf(reef, options)), groupBy, bucket });
  const lines = linesOf(usage, bucket !== undefined);
  const isByTime = groupBy === undefined || bucket !== undefined;
  const columns = [
    ...(isByTime ? [{ heading: "FROM (UTC)", text: (line: Line) => line.start }] : []),
    ...(groupBy === undefined
      ? []
      : [{ heading: groupBy.toUpperCase(), text: (line: Line) => line.group, mayCut: true }]),
    { heading: "CALLS", text: ({ sums }: Line) => count(sums.calls) },
    { heading: "FAILED", text: ({ sums }: Line) => count(sums.failures) },
    { heading: "INPUT", text: ({ sums }: Line) => count(sums.inputTokens) },
    { heading: "CACHED", text: ({ sums }: Line) => count(sums.cachedInputTokens) },
    { heading: "OUTPUT", text: ({ sums }: Line) => count(sums.outputTokens) },
    { heading: "COST", text: ({ sums }: Line) => dollarsOf(sums.costMicros) },
    {
      heading: "TIME",
      text: ({ sums }: Line) => (sums.averageLatencyMs === null ? "" : `${count(sums.averageLatencyMs)} ms`),
    },
  ];
  const all: Line = { start: isByTime ? "all" : "", group: isByTime ? "" : "all", sums: usage.total };
  output.result(usage, usage.total.calls === 0 ? "" : renderTable(columns, [...lines, all], output));
  if (usage.total.calls === 0) output.talk("No model was called in this time.");
}

function linesOf({ bucket, groupBy, groups, items }: Usage, isByTime: boolean): Line[] {
  const nameOf = (group: Usage["groups"][number] | undefined): string =>
    group?.isRest ? "all others" : (group?.name ?? group?.id ?? "none");
  if (groupBy !== null && !isByTime) return groups.map((sums) => ({ start: "", group: nameOf(sums), sums }));
  return items.map((sums) => ({
    start: timeIn(bucket, sums.start),
    group: groupBy === null ? "" : nameOf(groups[sums.group ?? -1]),
    sums,
  }));
}

/** `2026-11`, `2026-11-18` or `2026-11-18 10:00`: buckets are those of UTC. */
const timeIn = (bucket: Usage["bucket"], start: string): string =>
  start.replace("T", " ").slice(0, { month: 7, day: 10, hour: 16 }[bucket]);

/** `reef usage calls` */
export async function listCalls(context: Context, options: CallOptions): Promise<void> {
  const { outcome, limit, cursor } = options;
  const reef = await connect(context);
  const filters = await filtersOf(reef, options);
  const page: Page<UsageEvent> = await reef.gateway.listUsageEvents({ ...filters, outcome, limit, cursor });
  const columns = [
    { heading: "BEGAN", text: (call: UsageEvent) => relativeTime(call.startedAt) },
    { heading: "MODEL", text: (call: UsageEvent) => call.model, mayCut: true },
    { heading: "KEY", text: ({ key }: UsageEvent) => key.name ?? key.id, mayCut: true },
    { heading: "AGENT", text: ({ agent }: UsageEvent) => agent?.name ?? agent?.id ?? "", mayCut: true },
    { heading: "INPUT", text: (call: UsageEvent) => count(call.inputTokens) },
    { heading: "OUTPUT", text: (call: UsageEvent) => count(call.outputTokens) },
    { heading: "COST", text: (call: UsageEvent) => dollarsOf(call.costMicros) },
    { heading: "TIME", text: (call: UsageEvent) => `${count(call.latencyMs)} ms` },
    { heading: "OUTCOME", text: (call: UsageEvent) => call.outcome },
    { heading: "ID", text: (call: UsageEvent) => call.id },
  ];
  writePage(context.output, page, columns, "No model was called in this time.");
}

/** Records that are fetched at once. */
const PAGE = 500;

/** `reef usage export [FILE]`: CSV on stdout, or a file that appears whole or not at all. */
export async function exportCalls(context: Context, options: CallOptions, path = "-"): Promise<void> {
  const { output } = context;
  if (path === "-" && output.isJson) {
    const mend = "Name a file as well, or leave --json out.";
    throw new CommandError(exitCodes.wrongUse, "What stdout gets is CSV, which is no JSON.", mend);
  }
  const reef = await connect(context);
  const counts = { calls: 0 };
  const pieces = exportRecords(
    context,
    reef,
    { ...(await filtersOf(reef, options)), outcome: options.outcome },
    counts,
  );
  if (path === "-") {
    for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, "drain");
    output.progress("");
    return;
  }
  await writeWhole(path, pieces);
  output.result({ file: path, ...counts }, path);
  output.talk(`${count(counts.calls)} calls.`);
}

/** The file in pieces of some hundred records; the calls in it are counted on the way. */
async function* exportRecords(
  { output }: Context,
  reef: Reef,
  filters: Omit<ExportUsageInput, "limit" | "cursor">,
  counts: { calls: number },
): AsyncGenerator<string> {
  let text = "";
  let records = 0;
  for await (const record of reef.gateway.exportUsage.all({ ...filters, limit: PAGE })) {
    text += `${record}\r\n`;
    // The first record names the columns.
    counts.calls = records;
    records += 1;
    if (records % PAGE !== 0) continue;
    output.progress(`Exported ${count(counts.calls)} calls …`);
    yield text;
    text = "";
  }
  yield text;
}

import type { Cluster } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { diaryIdOf } from "../diaries/find-diary.ts";
import type { Output } from "../terminal/output.ts";
import { renderTable } from "../terminal/table.ts";
import { relativeTime } from "../terminal/time.ts";

type Member = Cluster["entries"][number];

/** `reef diary clusters NAME|ID` */
export async function listClusters(
  context: Context,
  { threshold, limit }: { threshold?: number; limit?: number },
  nameOrId: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const found = await reef.memory.listClusters({ diaryId, threshold, limit });
  output.result(found, found.items.map((cluster) => renderCluster(cluster, output)).join("\n\n"));
  if (found.total === 0) {
    output.talk(`No two of the ${found.examined} newest entries are nearly the same. A lower --threshold finds more.`);
    return;
  }
  if (found.total > found.items.length) output.talk(`${found.items.length} of ${found.total}; --limit shows more.`);
  output.talk("To merge: `reef remember` what all of them say, then `reef relation add NEW supersedes OLD` for each.");
}

/** What is suggested in a line, and the entries, with a mark at the one to start from. */
function renderCluster({ entries, representativeId, similarity, suggestion }: Cluster, output: Output): string {
  const columns = [
    { heading: "", text: (entry: Member) => (entry.id === representativeId ? "*" : "") },
    { heading: "ENTRY", text: ({ title, excerpt }: Member) => title ?? excerpt, mayCut: true },
    { heading: "IMPORTANCE", text: (entry: Member) => String(entry.importance) },
    { heading: "WRITTEN", text: (entry: Member) => relativeTime(entry.createdAt) },
    { heading: "ID", text: (entry: Member) => entry.id },
  ];
  const heading = output.style.bold(`${suggestion}  ${Math.round(100 * similarity)} % alike`);
  return `${heading}\n${renderTable(columns, entries, output)}`;
}

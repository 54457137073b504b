import type { Entry, Page, Relation } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { writePage } from "../terminal/page.ts";
import { relationWords } from "../terminal/relations.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

type Kind = Relation["kind"];

/** `reef relation add ID KIND OTHER` */
export async function addRelation(
  context: Context,
  { note }: { note?: string },
  entryId: Entry["id"],
  kind: Kind,
  toEntryId: Entry["id"],
): Promise<void> {
  const reef = await connect(context);
  const relation = await reef.memory.ensureRelation({ entryId, kind, toEntryId, note });
  context.output.result(relation, "");
  context.output.talk(`It ${relationWords(relation)} “${oneLine(relation.title)}” now.`);
}

/** `reef relation list ID` */
export async function listRelations(
  context: Context,
  options: { direction?: Relation["direction"]; kind?: Kind; limit?: number; cursor?: string },
  entryId: Entry["id"],
): Promise<void> {
  const { direction, kind, limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Relation> = await reef.memory.listRelations({ entryId, direction, kind, limit, cursor });
  const columns = [
    { heading: "IT", text: relationWords },
    { heading: "ENTRY", text: (relation: Relation) => relation.title, mayCut: true },
    { heading: "NOTE", text: (relation: Relation) => relation.note ?? "", mayCut: true },
    { heading: "BY", text: (relation: Relation) => relation.author.name, mayCut: true },
    { heading: "WHEN", text: (relation: Relation) => relativeTime(relation.createdAt) },
    { heading: "ID", text: (relation: Relation) => relation.entryId },
  ];
  writePage(context.output, page, columns, "It is related to nothing. Relate it with `reef relation add`.");
}

/** `reef relation remove ID KIND OTHER` */
export async function removeRelation(
  context: Context,
  _options: GlobalOptions,
  entryId: Entry["id"],
  kind: Kind,
  toEntryId: Entry["id"],
): Promise<void> {
  const reef = await connect(context);
  await reef.memory.deleteRelation({ entryId, kind, toEntryId });
  context.output.result({ removed: { entryId, kind, toEntryId } }, "");
  context.output.talk("Took the relation back.");
}

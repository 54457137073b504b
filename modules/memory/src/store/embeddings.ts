import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";

/** The longest part of an entry that is encoded, in characters; encoders read no further than about 500 words. */
const ENCODED_CHARACTERS = 2_000;

/** An entry whose vector is to be made of this text. The vector is kept only if the entry still says the same then. */
export interface Unembedded {
  id: Id<"ent">;
  text: string;
}

interface UnembeddedRow {
  id: string;
  text: string;
}

/** Title, content and tags, in the form that is encoded. */
const encodedText = sql<string>`
  concat_ws(chr(10), entry.title, left(entry.content, ${ENCODED_CHARACTERS}), nullif(array_to_string(entry.tags, ' '), ''))`;

const lacksVector = (model: string) => sql<boolean>`
  not exists (select from memory.embeddings made where made.entry_id = entry.id and made.model = ${model})`;

const toUnembedded = (row: UnembeddedRow): Unembedded => ({ ...row, id: toTypeId("ent", row.id) });

/** Those of the entries that still lack a vector of `model`. */
export async function listUnembedded(
  db: Connection,
  model: string,
  entryIds: readonly string[],
): Promise<Unembedded[]> {
  const ids = entryIds.map((id) => toUuid(id as Id<"ent">));
  const { rows } = await sql<UnembeddedRow>`
    select entry.id, ${encodedText} as text from memory.entries entry
    where entry.id = any(${ids}::uuid[]) and ${lacksVector(model)}`.execute(db);
  return rows.map(toUnembedded);
}

/** The next entries of the whole reef, behind the id `after`, that lack a vector of `model`. */
export async function listNextUnembedded(
  db: Connection,
  model: string,
  after: string | null,
  limit: number,
): Promise<Unembedded[]> {
  const position = after === null ? "00000000-0000-0000-0000-000000000000" : toUuid(after as Id<"ent">);
  const { rows } = await sql<UnembeddedRow>`
    select entry.id, ${encodedText} as text from memory.entries entry
    where entry.id > ${position}::uuid and ${lacksVector(model)}
    order by entry.id limit ${limit}`.execute(db);
  return rows.map(toUnembedded);
}

/**
 * Keeps the vectors of entries that still say what was encoded. It waits for who is just changing one of them: that one drops
 * the vector which is there, and must not miss this one. Safe to repeat.
 */
export async function saveEmbeddings(
  db: Connection,
  model: string,
  embedded: readonly { entry: Unembedded; vector: Float32Array }[],
): Promise<void> {
  if (embedded.length === 0) return;
  await sql`
    insert into memory.embeddings (entry_id, diary_id, seq, model, vector)
    select entry.id, entry.diary_id, entry.seq, ${model}, made.vector::vector
    from unnest(
      ${embedded.map(({ entry }) => toUuid(entry.id))}::uuid[],
      ${embedded.map(({ entry }) => entry.text)}::text[],
      ${embedded.map(({ vector }) => vectorLiteral(vector))}::text[]
    ) as made(id, text, vector)
    join memory.entries entry on entry.id = made.id and ${encodedText} = made.text
    order by entry.id for share of entry
    on conflict (entry_id) do update set model = excluded.model, vector = excluded.vector`.execute(db);
}

/** A vector in pgvector's text form. */
export const vectorLiteral = (vector: Float32Array): string => `[${vector.join(",")}]`;

/** Whether any entry lacks a vector of `model`. */
export async function hasUnembedded(db: Connection, model: string): Promise<boolean> {
  const [first] = await listNextUnembedded(db, model, null, 1);
  return first !== undefined;
}

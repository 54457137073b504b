import type { Connection } from "@reef/db";
import type { Generated, Kysely } from "kysely";
import type { Diary, Entry } from "./contract.ts";

/** Tables of the module; every id is a UUID here and a TypeID outside the store. */
export type MemoryTables = {
  "memory.diaries": {
    id: string;
    organization_id: string;
    owner_agent_id: string;
    name: string;
    visibility: Diary["visibility"];
    version: Generated<number>;
    /** The `seq` of the newest entry ever written. Raising it locks the row, which orders a diary's writers. */
    last_seq: Generated<number>;
    entry_count: Generated<number>;
    /** Sum of the entries' `words`: with the count, the average length that BM25 needs. */
    word_count: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    /** Set at once by a deletion, while the entries are purged in the background. */
    deleted_at: Date | null;
  };
  "memory.entries": {
    id: string;
    organization_id: string;
    diary_id: string;
    /** Position in the diary: 1, 2, 3 …; deletions leave gaps. */
    seq: number;
    session: string | null;
    author_agent_id: string;
    author_name: string;
    author_fingerprint: string;
    title: string | null;
    content: string;
    tags: string[];
    type: Entry["type"];
    importance: number;
    superseded_by: string | null;
    /** Whether the content asks something: then what follows it is the likelier answer. */
    asks: boolean;
    /** Indexed words, stop words left out. */
    words: number;
    /** Title, content and tags as phrases are compared with them. */
    normalized: string;
    happened_at: Date;
    version: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  "memory.postings": {
    diary_id: string;
    term: string;
    seq: number;
    /** How often the entry has the term, weighted by field. */
    frequency: number;
    /** The entry's `words`, repeated here so that ranking reads one index only. */
    words: number;
  };
  "memory.embeddings": {
    entry_id: string;
    diary_id: string;
    seq: number;
    /** The encoder that made the vector; vectors of different models are never compared. */
    model: string;
    vector: string;
  };
};

/** The connection, with this module's tables named. */
export const tables = (db: Connection): Kysely<MemoryTables> =>
  db.$extendTables<MemoryTables>() as Kysely<MemoryTables>;

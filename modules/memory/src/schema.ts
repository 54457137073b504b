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
    /** Whether every entry must be signed and name the one before. */
    signed: Generated<boolean>;
    /** Of a signed diary: how many entries its chain has, and the content identifier of the last. */
    chain_length: Generated<number>;
    chain_head: Generated<string | null>;
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
    /** Whether the text looks like an attempt to instruct the model that reads it. */
    injection_risk: Generated<boolean>;
    /** CIDv1 of a signed entry's content; the five columns are all set, or (but for `previous_hash`) all null. */
    content_hash: Generated<string | null>;
    previous_hash: Generated<string | null>;
    signature: Generated<string | null>;
    signing_nonce: Generated<string | null>;
    signer_public_key: Generated<string | null>;
    /** The agent that brought the entry from another reef; then author and times are what it says. */
    imported_by: Generated<string | null>;
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

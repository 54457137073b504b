import type { Connection } from "@reef/db";
import type { Generated, Kysely } from "kysely";
import type { Diary, Entry, Relation, Share, Transfer } from "./contract.ts";

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
    /** Another agent than the author that changed what the entry says, until its author writes the content anew. */
    edited_by: Generated<string | null>;
    version: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    /** When what it says was last written here, by this reef's own clock; in whole milliseconds. */
    written_at: Generated<Date>;
  };
  "memory.shares": {
    id: string;
    organization_id: string;
    diary_id: string;
    /** As the diary was called when it was offered: who was sent away does not learn its later names. */
    diary_name: string;
    subject_type: Share["subject"]["type"];
    subject_id: string;
    role: Share["role"];
    status: Share["status"];
    /** An agent, or a person where `inviter_name` is set. */
    invited_by: string;
    /** What the person who invited was called then; null where an agent did, whose present name is looked up. */
    inviter_name: string | null;
    invited_at: Generated<Date>;
    responded_at: Date | null;
  };
  "memory.transfers": {
    id: string;
    organization_id: string;
    diary_id: string;
    /** As the diary was called when it was offered. */
    diary_name: string;
    from_agent_id: string;
    to_agent_id: string;
    /** One that has expired may still say `pending` here. */
    status: Transfer["status"];
    created_at: Generated<Date>;
    expires_at: Date;
  };
  "memory.relations": {
    from_entry_id: string;
    kind: Relation["kind"];
    to_entry_id: string;
    organization_id: string;
    /** Grows with time, so that the newest come first. */
    seq: Generated<number>;
    note: string | null;
    author_agent_id: string;
    author_name: string;
    author_fingerprint: string;
    /** The agent that brought the relation from another reef; then author and time are what it says. */
    imported_by: Generated<string | null>;
    created_at: Generated<Date>;
  };
  /** The feed: one row, which those who publish hold by turns. */
  "memory.feed": {
    is_only: Generated<boolean>;
    last_position: number;
  };
  "memory.publications": {
    /** Place in the feed: 1, 2, 3 …; never given out twice. */
    position: number;
    entry_id: string;
    published_at: Generated<Date>;
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

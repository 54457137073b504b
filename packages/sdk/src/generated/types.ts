// Generated from the contracts by tools/generators/sdk.ts. Do not edit; run npm run generate.
import type { CallOptions, ListMethod, NoInput } from "../client-types.ts";

export interface Health {
  status: "ok";
  version: string;
  /** ISO-8601, UTC */
  time: string;
}

export interface Readiness {
  status: "ready";
  database: "embedded" | "postgres";
  loops: number;
}

export interface Liveness {
  items: {
    name: string;
    state: "running" | "restarting" | "finished" | "stopped";
    secondsSinceProgress: number;
    restarts: number;
    stalled: boolean;
  }[];
}

export interface Challenge {
  nonce: string;
  /** The bytes to sign with the agent's key, in base64 */
  signingInput: string;
  /** ISO-8601, UTC */
  expiresAt: string;
}

export interface Registration {
  agent: Agent;
  credentials: Credentials;
}

export interface Agent {
  /** Id with the prefix `agt_` */
  id: `agt_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  /** What people call the agent; not unique, so know an agent by its fingerprint */
  name: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
  /** A disabled agent gets no tokens, and those it has are refused */
  disabled: boolean;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface Credentials {
  /** The agent's id, as an OAuth client id */
  clientId: `agt_${string}`;
  /** Shown this once; the reef keeps only a digest of it */
  clientSecret: string;
}

export interface Whoami {
  /** Id with the prefix `agt_` */
  id: `agt_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  /** What people call the agent; not unique, so know an agent by its fingerprint */
  name: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
  /** Id with the prefix `agt_` */
  clientId: `agt_${string}`;
  scopes: string[];
}

export interface PublicAgent {
  /** What people call the agent; not unique, so know an agent by its fingerprint */
  name: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
}

export interface IssuedVoucher {
  /** Id with the prefix `vch_` */
  id: `vch_${string}`;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  issuedBy: string;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  expiresAt: string;
  /** 64 hex digits, shown this once */
  code: string;
}

export interface Voucher {
  /** Id with the prefix `vch_` */
  id: `vch_${string}`;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  issuedBy: string;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  expiresAt: string;
}

export interface Diary {
  /** Id with the prefix `dia_` */
  id: `dia_${string}`;
  /** Id with the prefix `agt_` */
  ownerId: `agt_${string}`;
  name: string;
  /** Who may read: the owner and whom it shares with; any authenticated agent of this reef; anyone */
  visibility: "private" | "network" | "public";
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface NewEntry {
  content: string;
  title?: string | undefined;
  tags?: string[] | undefined;
  /** The kind of memory */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  importance?: number | undefined;
  /** What the entry was part of: a conversation, a day, a run */
  session?: string | undefined;
  /** When it happened, if that was not just now */
  happenedAt?: string | undefined;
}

export interface Entry {
  /** Id with the prefix `ent_` */
  id: `ent_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** Who wrote it, as the agent was called then */
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    fingerprint: string;
  };
  title: string | null;
  content: string;
  tags: string[];
  /** The kind of memory */
  type: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul";
  importance: number;
  session: string | null;
  /** The entry that replaces this one */
  supersededBy: `ent_${string}` | null;
  /** When what it tells happened; when it was written, unless its author said otherwise */
  happenedAt: string;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface ImportedEntries {
  items: Entry[];
}

export interface Search {
  /** A question or words; "quoted phrases" must occur, -words must not */
  query: string;
  /** Search one diary; without it, all diaries that the caller owns */
  diaryId?: `dia_${string}` | undefined;
  /** Only entries that have all of these */
  tags?: string[] | undefined;
  /** Only these kinds of memory */
  types?: ("semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul")[] | undefined;
  /** Only entries of this session */
  session?: string | undefined;
  /** Only what happened at this time or later */
  after?: string | undefined;
  /** Only what happened before this time */
  before?: string | undefined;
  excludeSuperseded?: boolean | undefined;
  /** How much newness decides between hits of nearly equal relevance */
  recencyWeight?: number | undefined;
  /** The same for importance */
  importanceWeight?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface SearchResult {
  items: Hit[];
  nextCursor: string | null;
  /** True when the sentence encoder did not answer, so that only words were searched */
  degraded: boolean;
}

export interface Hit {
  /** Id with the prefix `ent_` */
  id: `ent_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** Who wrote it, as the agent was called then */
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    fingerprint: string;
  };
  title: string | null;
  content: string;
  tags: string[];
  /** The kind of memory */
  type: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul";
  importance: number;
  session: string | null;
  /** The entry that replaces this one */
  supersededBy: `ent_${string}` | null;
  /** When what it tells happened; when it was written, unless its author said otherwise */
  happenedAt: string;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  /** Relevance, 0 to 1 */
  score: number;
  why: Why;
}

export interface Why {
  /** Words of the query that the entry holds */
  terms: string[];
  /** Whether neighbouring entries or the session helped */
  context: boolean;
  /** Likeness of meaning, 0 to 1; null where it was not measured */
  vector: number | null;
}


/** How the reef itself is. */
export interface SystemClient {
  /** Tell that the process is alive. */
  health(input?: NoInput, options?: CallOptions): Promise<Health>;
  /** Tell whether requests can be served: database, migrations and loops. */
  ready(input?: NoInput, options?: CallOptions): Promise<Readiness>;
  /** Show each background loop and the seconds since its last progress. */
  liveness(input?: NoInput, options?: CallOptions): Promise<Liveness>;
}

/** What `identity.createChallenge` takes. */
export interface CreateChallengeInput {
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
}

/** What `identity.registerAgent` takes. */
export interface RegisterAgentInput {
  /** What people call the agent; not unique, so know an agent by its fingerprint */
  name: string;
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
  voucher: string;
  nonce: string;
  /** Standard base64 of the Ed25519 signature over `signingInput` */
  signature: string;
}

/** What `identity.listAgents` takes. */
export interface ListAgentsInput {
  /** How many items at most */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `identity.getAgent` takes. */
export interface GetAgentInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `identity.disableAgent` takes. */
export interface DisableAgentInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `identity.enableAgent` takes. */
export interface EnableAgentInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `identity.listVouchers` takes. */
export interface ListVouchersInput {
  /** How many items at most */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** Agents, their keys and credentials, and the vouchers with which they join. */
export interface IdentityClient {
  /** Get a nonce to sign, the proof that a new agent holds its key. */
  createChallenge(input: CreateChallengeInput, options?: CallOptions): Promise<Challenge>;
  /** Register a new agent with a voucher. */
  registerAgent(input: RegisterAgentInput, options?: CallOptions): Promise<Registration>;
  /** Tell who the access token belongs to. */
  whoami(input?: NoInput, options?: CallOptions): Promise<Whoami>;
  /** Replace the agent's client secret. */
  rotateSecret(input?: NoInput, options?: CallOptions): Promise<Credentials>;
  /** List the agents of the caller's organization, newest first. */
  listAgents: ListMethod<ListAgentsInput, Agent>;
  /** Look up an agent's name and public key by its fingerprint. */
  getAgent(input: GetAgentInput, options?: CallOptions): Promise<PublicAgent>;
  /** Disable an agent of the organization. */
  disableAgent(input: DisableAgentInput, options?: CallOptions): Promise<Agent>;
  /** Enable a disabled agent of the organization again. */
  enableAgent(input: EnableAgentInput, options?: CallOptions): Promise<Agent>;
  /** Issue a voucher, with which one new agent may join within 24 hours. */
  issueVoucher(input?: NoInput, options?: CallOptions): Promise<IssuedVoucher>;
  /** List the caller's active vouchers, newest first; codes are not shown again. */
  listVouchers: ListMethod<ListVouchersInput, Voucher>;
}

/** What `memory.createDiary` takes. */
export interface CreateDiaryInput {
  name: string;
  /** Who may read: the owner and whom it shares with; any authenticated agent of this reef; anyone */
  visibility?: "private" | "network" | "public" | undefined;
}

/** What `memory.listDiaries` takes. */
export interface ListDiariesInput {
  /** How many items at most */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only diaries with exactly this name */
  name?: string | undefined;
}

/** What `memory.getDiary` takes. */
export interface GetDiaryInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
}

/** What `memory.updateDiary` takes. */
export interface UpdateDiaryInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  name?: string | undefined;
  /** Who may read: the owner and whom it shares with; any authenticated agent of this reef; anyone */
  visibility?: "private" | "network" | "public" | undefined;
}

/** What `memory.deleteDiary` takes. */
export interface DeleteDiaryInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
}

/** What `memory.createEntry` takes. */
export interface CreateEntryInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  content: string;
  title?: string | undefined;
  tags?: string[] | undefined;
  /** The kind of memory */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  importance?: number | undefined;
  /** What the entry was part of: a conversation, a day, a run */
  session?: string | undefined;
  /** When it happened, if that was not just now */
  happenedAt?: string | undefined;
}

/** What `memory.importEntries` takes. */
export interface ImportEntriesInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  entries: NewEntry[];
}

/** What `memory.listEntries` takes. */
export interface ListEntriesInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** How many items at most */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Comma-separated; only entries that have all of these */
  tags?: string | undefined;
  /** The kind of memory */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  /** What the entry was part of: a conversation, a day, a run */
  session?: string | undefined;
}

/** What `memory.getEntry` takes. */
export interface GetEntryInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
}

/** What `memory.updateEntry` takes. */
export interface UpdateEntryInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
  content?: string | undefined;
  title?: string | null | undefined;
  tags?: string[] | undefined;
  /** The kind of memory */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  importance?: number | undefined;
  session?: string | null | undefined;
  /** ISO-8601, UTC */
  happenedAt?: string | undefined;
  supersededBy?: `ent_${string}` | null | undefined;
}

/** What `memory.deleteEntry` takes. */
export interface DeleteEntryInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
}

/** What `memory.search` takes. */
export interface SearchInput {
  /** A question or words; "quoted phrases" must occur, -words must not */
  query: string;
  /** Search one diary; without it, all diaries that the caller owns */
  diaryId?: `dia_${string}` | undefined;
  /** Only entries that have all of these */
  tags?: string[] | undefined;
  /** Only these kinds of memory */
  types?: ("semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul")[] | undefined;
  /** Only entries of this session */
  session?: string | undefined;
  /** Only what happened at this time or later */
  after?: string | undefined;
  /** Only what happened before this time */
  before?: string | undefined;
  excludeSuperseded?: boolean | undefined;
  /** How much newness decides between hits of nearly equal relevance */
  recencyWeight?: number | undefined;
  /** The same for importance */
  importanceWeight?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** What an agent remembers: diaries, entries and search. */
export interface MemoryClient {
  /** Create a diary. */
  createDiary(input: CreateDiaryInput, options?: CallOptions): Promise<Diary>;
  /** List the caller's diaries, newest first. */
  listDiaries: ListMethod<ListDiariesInput, Diary>;
  /** Get a diary. */
  getDiary(input: GetDiaryInput, options?: CallOptions): Promise<Diary>;
  /** Change a diary's name or visibility. */
  updateDiary(input: UpdateDiaryInput, options?: CallOptions): Promise<Diary>;
  /** Delete a diary with all its entries. */
  deleteDiary(input: DeleteDiaryInput, options?: CallOptions): Promise<void>;
  /** Remember something. */
  createEntry(input: CreateEntryInput, options?: CallOptions): Promise<Entry>;
  /** Remember many things at once, in their order; all of them or none. */
  importEntries(input: ImportEntriesInput, options?: CallOptions): Promise<ImportedEntries>;
  /** List a diary's entries, newest first. */
  listEntries: ListMethod<ListEntriesInput, Entry>;
  /** Get an entry. */
  getEntry(input: GetEntryInput, options?: CallOptions): Promise<Entry>;
  /** Change an entry. */
  updateEntry(input: UpdateEntryInput, options?: CallOptions): Promise<Entry>;
  /** Forget an entry. */
  deleteEntry(input: DeleteEntryInput, options?: CallOptions): Promise<void>;
  /** Find entries by meaning, words, tags, kind and time. */
  search(input: SearchInput, options?: CallOptions): Promise<SearchResult>;
}

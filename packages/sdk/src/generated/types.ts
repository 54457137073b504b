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
  /** Id with the prefix `agt_` */
  id: `agt_${string}`;
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
  /** Who may read: the owner alone; any authenticated agent of this reef; anyone */
  visibility: "private" | "network" | "public";
  /** Whether every entry must be signed, and names the one before it */
  signed: boolean;
  /** Of a signed diary: how many entries its chain has, and the content identifier of the last one */
  chain: {
    length: number;
    head: string | null;
  } | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface NewEntry {
  content: string;
  title?: string | undefined;
  /** Default: `[]` */
  tags?: string[] | undefined;
  /** The kind of memory. Default: `"semantic"` */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  /** Default: `5` */
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
  /** Whether the text looks like an attempt to instruct the model that reads it; a mark, never a block */
  injectionRisk: boolean;
  /** CIDv1 of a signed entry's content; null when it is not signed */
  contentHash: string | null;
  signature: {
    /** Standard base64 of the Ed25519 signature */
    value: string;
    nonce: string;
    /** The key that signed, even after its agent has replaced it */
    publicKey: string;
    /** In a signed diary: the content identifier of the entry before */
    previousHash: string | null;
  } | null;
  /** The agent that brought the entry from another reef, and answers for its author and times */
  importedBy: `agt_${string}` | null;
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
  /** Default: `false` */
  excludeSuperseded?: boolean | undefined;
  /** How much newness decides between hits of nearly equal relevance. Default: `0` */
  recencyWeight?: number | undefined;
  /** The same for importance. Default: `0` */
  importanceWeight?: number | undefined;
  /** Default: `10` */
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
  /** Whether the text looks like an attempt to instruct the model that reads it; a mark, never a block */
  injectionRisk: boolean;
  /** CIDv1 of a signed entry's content; null when it is not signed */
  contentHash: string | null;
  signature: {
    /** Standard base64 of the Ed25519 signature */
    value: string;
    nonce: string;
    /** The key that signed, even after its agent has replaced it */
    publicKey: string;
    /** In a signed diary: the content identifier of the entry before */
    previousHash: string | null;
  } | null;
  /** The agent that brought the entry from another reef, and answers for its author and times */
  importedBy: `agt_${string}` | null;
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
  /**
   * Tell whether requests can be served: database, migrations and loops.
   *
   * @throws ReefError `http.unavailable`
   */
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
  /** How many items at most. Default: `20` */
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
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** Agents, their keys and credentials, and the vouchers with which they join. */
export interface IdentityClient {
  /**
   * Get a nonce to sign, the proof that a new agent holds its key.
   *
   * @throws ReefError `identity.invalid_key`
   */
  createChallenge(input: CreateChallengeInput, options?: CallOptions): Promise<Challenge>;
  /**
   * Register a new agent with a voucher.
   *
   * The voucher is spent, and the agent exists, at the same moment or not at all. The first agent of a reef founds an organization; every later one joins the organization of the agent that vouched for it.
   *
   * @throws ReefError `identity.registration_failed`, `identity.invalid_proof`, `identity.key_taken`, `identity.invalid_key`
   */
  registerAgent(input: RegisterAgentInput, options?: CallOptions): Promise<Registration>;
  /** Tell who the access token belongs to. */
  whoami(input?: NoInput, options?: CallOptions): Promise<Whoami>;
  /**
   * Replace the agent's client secret.
   *
   * The old secret, and every token that was got with it, stop working within five seconds.
   */
  rotateSecret(input?: NoInput, options?: CallOptions): Promise<Credentials>;
  /**
   * List the agents of the caller's organization, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listAgents: ListMethod<ListAgentsInput, Agent>;
  /**
   * Look up an agent's name and public key by its fingerprint.
   *
   * @throws ReefError `identity.not_found`
   */
  getAgent(input: GetAgentInput, options?: CallOptions): Promise<PublicAgent>;
  /**
   * Disable an agent of the organization.
   *
   * Its tokens are refused everywhere within five seconds. The founding agent may disable any agent of its organization, every agent itself.
   *
   * @throws ReefError `identity.not_found`, `identity.forbidden`
   */
  disableAgent(input: DisableAgentInput, options?: CallOptions): Promise<Agent>;
  /**
   * Enable a disabled agent of the organization again.
   *
   * @throws ReefError `identity.not_found`, `identity.forbidden`
   */
  enableAgent(input: EnableAgentInput, options?: CallOptions): Promise<Agent>;
  /**
   * Issue a voucher, with which one new agent may join within 24 hours.
   *
   * An agent has at most five active vouchers: unspent and not expired.
   *
   * @throws ReefError `identity.voucher_limit`
   */
  issueVoucher(input?: NoInput, options?: CallOptions): Promise<IssuedVoucher>;
  /**
   * List the caller's active vouchers, newest first; codes are not shown again.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listVouchers: ListMethod<ListVouchersInput, Voucher>;
}


/** Groups of agents. */
export interface PermissionsClient {

}


/** Signing. */
export interface SigningClient {

}

/** What `memory.createDiary` takes. */
export interface CreateDiaryInput {
  name: string;
  /** Who may read: the owner alone; any authenticated agent of this reef; anyone. Default: `"private"` */
  visibility?: "private" | "network" | "public" | undefined;
  /** Whether every entry must be signed and name the one before. Default: `false` */
  signed?: boolean | undefined;
}

/** What `memory.listDiaries` takes. */
export interface ListDiariesInput {
  /** How many items at most. Default: `20` */
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
  /** Who may read: the owner alone; any authenticated agent of this reef; anyone */
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
  /** Default: `[]` */
  tags?: string[] | undefined;
  /** The kind of memory. Default: `"semantic"` */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  /** Default: `5` */
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
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Comma-separated; only entries that have all of these */
  tags?: string[] | undefined;
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
  /** Default: `false` */
  excludeSuperseded?: boolean | undefined;
  /** How much newness decides between hits of nearly equal relevance. Default: `0` */
  recencyWeight?: number | undefined;
  /** The same for importance. Default: `0` */
  importanceWeight?: number | undefined;
  /** Default: `10` */
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** What an agent remembers: diaries, entries and search. */
export interface MemoryClient {
  /** Create a diary. */
  createDiary(input: CreateDiaryInput, options?: CallOptions): Promise<Diary>;
  /**
   * List the caller's diaries, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listDiaries: ListMethod<ListDiariesInput, Diary>;
  /**
   * Get a diary.
   *
   * @throws ReefError `memory.not_found`
   */
  getDiary(input: GetDiaryInput, options?: CallOptions): Promise<Diary>;
  /**
   * Change a diary's name or visibility.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.changed`, `memory.too_long_for_public`
   */
  updateDiary(input: UpdateDiaryInput, options?: CallOptions): Promise<Diary>;
  /**
   * Delete a diary with all its entries.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`
   */
  deleteDiary(input: DeleteDiaryInput, options?: CallOptions): Promise<void>;
  /**
   * Remember something.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.too_long_for_public`
   */
  createEntry(input: CreateEntryInput, options?: CallOptions): Promise<Entry>;
  /**
   * Remember many things at once, in their order; all of them or none.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.too_long_for_public`
   */
  importEntries(input: ImportEntriesInput, options?: CallOptions): Promise<ImportedEntries>;
  /**
   * List a diary's entries, newest first.
   *
   * @throws ReefError `memory.not_found`, `list.invalid_cursor`
   */
  listEntries: ListMethod<ListEntriesInput, Entry>;
  /**
   * Get an entry.
   *
   * @throws ReefError `memory.entry_not_found`
   */
  getEntry(input: GetEntryInput, options?: CallOptions): Promise<Entry>;
  /**
   * Change an entry.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`, `memory.changed`, `memory.invalid_successor`, `memory.too_long_for_public`
   */
  updateEntry(input: UpdateEntryInput, options?: CallOptions): Promise<Entry>;
  /**
   * Forget an entry.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`
   */
  deleteEntry(input: DeleteEntryInput, options?: CallOptions): Promise<void>;
  /**
   * Find entries by meaning, words, tags, kind and time.
   *
   * @throws ReefError `memory.not_found`, `list.invalid_cursor`
   */
  search(input: SearchInput, options?: CallOptions): Promise<SearchResult>;
}

/** Every module's client by its name. */
export interface Clients {
  /** How the reef itself is. */
  readonly system: SystemClient;
  /** Agents, their keys and credentials, and the vouchers with which they join. */
  readonly identity: IdentityClient;
  /** Groups of agents. */
  readonly permissions: PermissionsClient;
  /** Signing. */
  readonly signing: SigningClient;
  /** What an agent remembers: diaries, entries and search. */
  readonly memory: MemoryClient;
}

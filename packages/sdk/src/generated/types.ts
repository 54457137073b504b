// Generated from the contracts by tools/generators/sdk.ts. Do not edit; run npm run generate.
import type { CallOptions, ListMethod, NoInput, StreamOptions } from "../client-types.ts";

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

export interface DeadLetter {
  /** Id with the prefix `job_` */
  id: `job_${string}`;
  /** What was to be done, such as `mail.send` */
  workflow: string;
  /** Why the last attempt failed */
  error: string;
  attempts: number;
  /** ISO-8601, UTC */
  failedAt: string;
}

export interface Mail {
  /** Id with the prefix `mai_` */
  id: `mai_${string}`;
  to: string;
  subject: string;
  /** ISO-8601, UTC */
  at: string;
}

export interface WholeMail {
  /** Id with the prefix `mai_` */
  id: `mai_${string}`;
  to: string;
  subject: string;
  /** ISO-8601, UTC */
  at: string;
  text: string;
  html: string;
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
  /** Who let it in with a voucher; null for the founder of the organization */
  issuer: Issuer | null;
  /** The hour in which it last signed in; null until it first does */
  lastSeenAt: string | null;
  /** ISO-8601, UTC */
  createdAt: string;
}

export type Issuer = {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** What people call the agent; not unique, so know an agent by its fingerprint */
  name: string;
} | {
  /** Id with the prefix `usr_` */
  personId: `usr_${string}`;
  name: string;
};

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

export interface AgentKey {
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** ISO-8601, UTC */
  validFrom: string;
  /** Null for the current key */
  validUntil: string | null;
  /** How the key before introduced this one: both signed the frame of `reef:rotate-key:<agent id>:<old public key>:<new public key>` and the nonce. Null for the first key */
  proof: {
    nonce: string;
    oldSignature: string;
    newSignature: string;
  } | null;
}

export interface RecoveryChallenge {
  /** The bytes to sign with the agent's key, in base64 */
  signingInput: string;
  /** ISO-8601, UTC */
  expiresAt: string;
  challenge: string;
}

export interface Authorization {
  /** The address of the client's metadata document */
  clientId: string;
  /** The host in it: who the client is */
  clientHost: string;
  /** Where the answer goes: a host, or the scheme of a program's own links */
  redirectHost: string;
  scopes: string[];
  /** ISO-8601, UTC */
  expiresAt: string;
}

export interface IssuedVoucher {
  /** Id with the prefix `vch_` */
  id: `vch_${string}`;
  issuer: Issuer;
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
  issuer: Issuer;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  expiresAt: string;
}

export interface VoucherEdge {
  issuer: Issuer;
  redeemer: {
    /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
    fingerprint: string;
    /** What people call the agent; not unique, so know an agent by its fingerprint */
    name: string;
  };
  /** ISO-8601, UTC */
  redeemedAt: string;
}

export interface SignInOptions {
  /** Other accounts that one may sign in with */
  providers: ("google" | "microsoft" | "github")[];
  /** Who may make an account */
  signUp: "open" | "invited";
  /** True until somebody has used the link that `npm start` prints */
  needsOperator: boolean;
  /** Whether mail lands in the mailbox page instead of being sent */
  mailbox: boolean;
}

export interface Account {
  person: {
    /** Id with the prefix `usr_` */
    id: `usr_${string}`;
    name: string;
    email: string;
    emailVerified: boolean;
  };
  /** Whether this person runs the reef */
  isOperator: boolean;
  /** The one that this request is about */
  organization: {
    /** Id with the prefix `org_` */
    organizationId: `org_${string}`;
    name: string;
    slug: string;
    role: "owner" | "admin" | "member";
  } | null;
  memberships: {
    /** Id with the prefix `org_` */
    organizationId: `org_${string}`;
    name: string;
    slug: string;
    role: "owner" | "admin" | "member";
  }[];
}

export interface ShownInvitation {
  organizationName: string;
  /** Who invites, as he or she is called here */
  inviterName: string;
  role: "owner" | "admin" | "member";
  /** The invited address, to which the link was sent */
  email: string;
  /** ISO-8601, UTC */
  expiresAt: string;
}

export interface Program {
  /** Id with the prefix `prg_` */
  id: `prg_${string}`;
  /** The address of the program's metadata document */
  clientId: string;
  /** The host in it: who the program is */
  clientHost: string;
  /** The one organization in which it acts */
  organization: {
    /** Id with the prefix `org_` */
    id: `org_${string}`;
    name: string;
    slug: string;
  };
  /** What it may do */
  scopes: string[];
  /** ISO-8601, UTC */
  letInAt: string;
  /** When it last got an access token, which in use it does again whenever one expires; null before the first */
  lastUsedAt: string | null;
  /** When it ends by itself */
  expiresAt: string;
}

export interface Organization {
  /** Id with the prefix `org_` */
  id: `org_${string}`;
  name: string;
  slug: string;
  members: number;
  agents: number;
  /** Nobody of a suspended organization gets anything but the news of it */
  suspended: boolean;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface Group {
  /** Id with the prefix `grp_` */
  id: `grp_${string}`;
  /** What people call the group; not unique, so know a group by its id */
  name: string;
  /** What the caller is to it; to an owner or admin of the organization it is `owner` */
  role: "owner" | "member";
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface GroupMember {
  /** Id with the prefix `agt_` */
  agentId: `agt_${string}`;
  name: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  role: "owner" | "member";
  /** ISO-8601, UTC */
  addedAt: string;
}

export interface SigningRequest {
  /** Id with the prefix `sgn_` */
  id: `sgn_${string}`;
  /** Id with the prefix `agt_` */
  agentId: `agt_${string}`;
  /** Whose key is asked for, with the name and the key that it has now */
  agent: {
    /** Id with the prefix `agt_` */
    id: `agt_${string}`;
    name: string;
    /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
    fingerprint: string;
  };
  message: string;
  nonce: string;
  /** The bytes to sign with the agent's key, in base64: decode them first */
  signingInput: string;
  status: "pending" | "completed" | "expired";
  signature: string | null;
  /** Whether the signature is the agent's; null until there is one */
  valid: boolean | null;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  expiresAt: string;
  completedAt: string | null;
}

export interface Verification {
  valid: boolean;
  /** The agent of this reef whose key it is or was; null where the key is not known here */
  signer: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
    fingerprint: string;
    /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
    publicKey: string;
  } | null;
  /** When this reef got the signature; null for a check without it */
  signedAt: string | null;
  /** SHA-256 of the message in UTF-8, as hex digits */
  messageHash: string | null;
  signingRequestId: `sgn_${string}` | null;
  /** In a check of message, nonce and key: when the agent replaced that key. Whoever holds an old key can still sign with it, so ask when the signature was made */
  keyRetiredAt: string | null;
}

export interface AuditRecord {
  /** SHA-256 over `reef:ledger:v1`, a line feed and `canonical` */
  hash: string;
  /** The record as canonical JSON (RFC 8785): the text that was hashed */
  canonical: string;
  record: {
    v: 1;
    /** Id with the prefix `org_` */
    organizationId: `org_${string}`;
    /** 1, 2, 3 … without gaps */
    position: number;
    /** ISO-8601, UTC */
    at: string;
    actor: {
      /** Id with the prefix `agt_` */
      agentId: `agt_${string}`;
      name: string;
      fingerprint: string;
    } | {
      /** Id with the prefix `usr_` */
      personId: `usr_${string}`;
      name: string;
    };
    operation: string;
    /** Ids of what it was done to, by name */
    subject: Record<string, string>;
    /** Names of the fields that the request set */
    fields: string[];
    requestId: string;
    /** The hash of the record before; null in the first */
    previous: string | null;
  };
}

export interface AuditHead {
  /** The count of records */
  position: number;
  /** The hash of the last one; null while there is none */
  hash: string | null;
  checkpoint: AuditCheckpoint | null;
}

export interface AuditCheckpoint {
  /** The checkpoint as canonical JSON (RFC 8785) */
  canonical: string;
  /** Standard base64 of the Ed25519 signature over `reef:checkpoint:v1`, a line feed and `canonical` */
  signature: string;
  checkpoint: {
    v: 1;
    /** Id with the prefix `org_` */
    organizationId: `org_${string}`;
    position: number;
    /** The hash of the record at that position */
    hash: string;
    /** ISO-8601, UTC */
    at: string;
    /** The reef's audit key; /.well-known/reef.json publishes it as well */
    publicKey: string;
  };
}

export interface Activity {
  /** Its position in the organization's ledger */
  position: number;
  /** ISO-8601, UTC */
  at: string;
  actor: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    fingerprint: string;
  } | {
    /** Id with the prefix `usr_` */
    personId: `usr_${string}`;
    name: string;
  };
  /** Such as `memory.createEntry` */
  operation: string;
  /** Ids of what it was done to, by name */
  subject: Record<string, string>;
}

export interface Diary {
  /** Id with the prefix `dia_` */
  id: `dia_${string}`;
  /** Id with the prefix `agt_` */
  ownerId: `agt_${string}`;
  owner: Party;
  name: string;
  /** Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone */
  visibility: "private" | "network" | "public";
  /** What the caller is to it; null where only its visibility lets the caller read. Of the organization's people, admins are as its owner and members are readers */
  role: "owner" | "writer" | "reader" | null;
  /** How many entries it has */
  entries: number;
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

/** An agent, as it is called now */
export interface Party {
  /** Id with the prefix `agt_` */
  agentId: `agt_${string}`;
  name: string;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
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
  /** For a signed entry: the caller's signing request over `contentHash`, answered */
  signingRequestId?: `sgn_${string}` | undefined;
  /** For a signed entry: the content identifier of what is given here */
  contentHash?: string | undefined;
  /** In a signed diary, and only there: its `chain.head`, which is null for the first entry */
  previousHash?: string | null | undefined;
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
  /** Another agent than its author that changed what it says, until the author writes the content anew */
  editedBy: `agt_${string}` | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface ImportedEntries {
  items: Entry[];
}

export interface RelatedEntry {
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
  /** Another agent than its author that changed what it says, until the author writes the content anew */
  editedBy: `agt_${string}` | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  /** Its five newest relations to entries that the caller may read; the route of its relations lists them all */
  relations: ShownRelation[];
}

export interface ShownRelation {
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** `out`: it says so of another entry; `in`: another entry says so of it */
  direction: "out" | "in";
  /** The other entry */
  entryId: `ent_${string}`;
  /** The other entry's title, or how it begins where it has none */
  title: string;
  /** The other entry's mark */
  injectionRisk: boolean;
}

export interface EntryVersions {
  items: Entry[];
}

export interface EntryVerification {
  /** Whether it claims to be; where not, all else is false or null */
  signed: boolean;
  /** Whether the content still has the content identifier that was signed */
  hashMatches: boolean;
  /** Whether the key signed that identifier, and is or was the author's */
  signatureValid: boolean;
  /** Whether both hold */
  valid: boolean;
  contentHash: string | null;
  signer: {
    fingerprint: string;
    publicKey: string;
  } | null;
}

export interface Search {
  /** A question or words; "quoted phrases" must occur, -words must not */
  query: string;
  /** Search one diary; without it, all diaries that the caller owns, or for people all of the organization, the newest 200 */
  diaryId?: `dia_${string}` | undefined;
  /** Without `diaryId`: also the diaries of others that the caller holds a share of. Default: `false` */
  includeShared?: boolean | undefined;
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
  /** Another agent than its author that changed what it says, until the author writes the content anew */
  editedBy: `agt_${string}` | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  /** Relevance, 0 to 1 */
  score: number;
  why: Why;
  /** Its five newest relations to entries that the caller may read; the route of its relations lists them all */
  relations: ShownRelation[];
}

export interface Why {
  /** Words of the query that the entry holds */
  terms: string[];
  /** Whether neighbouring entries or the session helped */
  context: boolean;
  /** Likeness of meaning, 0 to 1; null where it was not measured */
  vector: number | null;
}

export interface Relation {
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** `out`: it says so of another entry; `in`: another entry says so of it */
  direction: "out" | "in";
  /** The other entry */
  entryId: `ent_${string}`;
  /** The other entry's title, or how it begins where it has none */
  title: string;
  /** The other entry's mark */
  injectionRisk: boolean;
  /** The other entry's diary */
  diaryId: `dia_${string}`;
  note: string | null;
  /** Who related the two, as the agent was called then */
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    fingerprint: string;
  };
  /** The agent that brought the relation from another reef, and answers for its author and time */
  importedBy: `agt_${string}` | null;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface ContextRequest {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** What is to be done, in plain words */
  task: string;
  /** How many tokens the block may have at most, as the tokenizer o200k_base counts them. Default: `2000` */
  tokens?: number | undefined;
  /** Only entries that have all of these */
  tags?: string[] | undefined;
  /** Only these kinds of memory */
  types?: ("semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul")[] | undefined;
  /** Also entries that look like an attempt to instruct the model that reads them; they are marked. Default: `false` */
  includeSuspicious?: boolean | undefined;
}

export interface Context {
  /** What to give to a model. Each line of an entry begins with `>`; all other lines are the reef's own */
  markdown: string;
  entries: {
    /** Id with the prefix `ent_` */
    id: `ent_${string}`;
    title: string | null;
    /** All of it; the sentences that bear on the task; hardly more than what it is about */
    level: "full" | "excerpt" | "outline";
    tokens: number;
    /** Relevance, 0 to 1 */
    score: number;
  }[];
  /** Of the whole block; never more than `budgetTokens` */
  tokens: number;
  budgetTokens: number;
  /** How many of the entries that bear on the task, 200 at most, are not in the block */
  omitted: number;
  /** How many of those were left out because they are flagged */
  suspicious: number;
  /** True when the sentence encoder did not answer, so that only words were searched */
  degraded: boolean;
}

export interface Clusters {
  /** The most alike first */
  items: Cluster[];
  /** How many clusters there are, also beyond `limit` */
  total: number;
  /** How many entries were compared: the newest ones that nothing supersedes */
  examined: number;
}

export interface Cluster {
  /** Newest first */
  entries: {
    /** Id with the prefix `ent_` */
    id: `ent_${string}`;
    title: string | null;
    /** How it begins */
    excerpt: string;
    importance: number;
    /** ISO-8601, UTC */
    createdAt: string;
  }[];
  /** The one to start from */
  representativeId: `ent_${string}`;
  /** What sets it apart from the others */
  representativeReason: "most_important" | "most_central" | "newest";
  /** Of its pairs on average, 0 to 1; no pair is below the threshold */
  similarity: number;
  /** `merge`: they say the same; `review`: they are near, or name different numbers */
  suggestion: "merge" | "review";
}

export interface Share {
  /** Id with the prefix `shr_` */
  id: `shr_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  diaryName: string;
  /** Who it is shared with */
  subject: {
    type: "agent" | "group";
    id: `agt_${string}` | `grp_${string}`;
    name: string;
    /** Null for a group */
    fingerprint: string | null;
  };
  /** Whether it may read alone, or write entries as well */
  role: "reader" | "writer";
  status: "pending" | "accepted" | "declined" | "revoked";
  /** Who invites: the owner, or a person of the organization, as it was called then */
  invitedBy: Party | {
    /** Id with the prefix `usr_` */
    personId: `usr_${string}`;
    name: string;
  };
  /** ISO-8601, UTC */
  invitedAt: string;
  /** When it was accepted, declined or revoked; null while it is pending */
  respondedAt: string | null;
}

export interface Transfer {
  /** Id with the prefix `trf_` */
  id: `trf_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  diaryName: string;
  from: Party;
  to: Party;
  status: "pending" | "accepted" | "declined" | "cancelled" | "expired";
  /** ISO-8601, UTC */
  createdAt: string;
  /** Seven days after it was offered */
  expiresAt: string;
}

export interface DiaryRelation {
  /** Id with the prefix `ent_` */
  fromEntryId: `ent_${string}`;
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** Id with the prefix `ent_` */
  toEntryId: `ent_${string}`;
  note: string | null;
  /** Who wrote it, as the agent was called then */
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    name: string;
    fingerprint: string;
  };
  /** The agent that brought the relation from another reef, and answers for its author and time */
  importedBy: `agt_${string}` | null;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface DiaryToRestore {
  /** Its id in the archive */
  sourceId: `dia_${string}`;
  name: string;
  /** Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone */
  visibility: "private" | "network" | "public";
  signed: boolean;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface RestoredDiary {
  /** Id with the prefix `dia_` */
  sourceId: `dia_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
}

export interface EntryToRestore {
  /** Its id in the archive */
  sourceId: `ent_${string}`;
  /** Who wrote it, as the archive says; the caller answers for that as `importedBy` */
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    /** What people call the agent; not unique, so know an agent by its fingerprint */
    name: string;
    /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
    fingerprint: string;
  };
  title: string | null;
  content: string;
  tags: string[];
  /** The kind of memory */
  type: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul";
  importance: number;
  session: string | null;
  /** ISO-8601, UTC */
  happenedAt: string;
  /** A time that is yet to come counts as now */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  contentHash: string | null;
  signature: {
    value: string;
    nonce: string;
    /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
    publicKey: string;
    previousHash: string | null;
  } | null;
}

export interface RestoredEntries {
  items: {
    /** Id with the prefix `ent_` */
    sourceId: `ent_${string}`;
    /** Id with the prefix `ent_` */
    entryId: `ent_${string}`;
  }[];
}

export interface RelationToRestore {
  /** Id with the prefix `ent_` */
  fromSourceId: `ent_${string}`;
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** Id with the prefix `ent_` */
  toSourceId: `ent_${string}`;
  note: string | null;
  author: {
    /** Id with the prefix `agt_` */
    agentId: `agt_${string}`;
    /** What people call the agent; not unique, so know an agent by its fingerprint */
    name: string;
    /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
    fingerprint: string;
  };
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface RestoredRelations {
  items: {
    /** Id with the prefix `ent_` */
    fromEntryId: `ent_${string}`;
    /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
    kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
    /** Id with the prefix `ent_` */
    toEntryId: `ent_${string}`;
  }[];
}

export interface FeedPage {
  items: FeedItem[];
  /** Null at the end. A page with few items, or none, is not the end: much may have been passed over */
  nextCursor: string | null;
}

export interface FeedItem {
  /** Id with the prefix `ent_` */
  id: `ent_${string}`;
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  diaryName: string;
  author: {
    name: string;
    fingerprint: string;
    /** Its present key; null where the author is no agent of this reef */
    publicKey: string | null;
  };
  title: string | null;
  content: string;
  tags: string[];
  /** The kind of memory */
  type: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul";
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
  /** Another agent than its author that changed what it says, until the author writes the content anew */
  editedBy: `agt_${string}` | null;
  /** When anybody could read it for the first time */
  publishedAt: string;
}

export interface FeedSearchResult {
  items: FeedItem[];
  /** True when the sentence encoder did not answer, so that only words were searched */
  degraded: boolean;
}

export interface IssuedGatewayKey {
  /** Id with the prefix `key_` */
  id: `key_${string}`;
  name: string;
  /** The last four characters of the secret */
  hint: string;
  /** The agent that it is for, where it is for one */
  agentId: `agt_${string}` | null;
  /** The workspace that it is for, where it is for one */
  workspaceId: `wsp_${string}` | null;
  /** Models and aliases that it may ask for; null for all that the organization has */
  models: string[] | null;
  /** A sixth of them may come at once; null: no limit */
  requestsPerMinute: number | null;
  /** Input and output together; a sixth may come at once; null: no limit */
  tokensPerMinute: number | null;
  /** Whether prompts and answers are kept; null: they are not. The organization must have turned capture on as well */
  capture: {
    /** So many days it is kept, or as many as the organization allows at most */
    retentionDays: number;
    /** What is taken out first: e-mail addresses, telephone numbers, numbers of payment cards, IBANs, secrets of known shapes, IP addresses; all of these unless it says less. Default: `["email","phone","card","iban","secret","ip"]` */
    redact: ("email" | "phone" | "card" | "iban" | "secret" | "ip")[];
  } | null;
  /** Whether answers are given again without asking a provider; null: never. Keys of the organization share answers where they have the same agent, workspace and setting */
  cache: {
    /** Whether the same request gets the same answer again. Default: `true` */
    exact: boolean;
    /** Whether a question that is nearly the same, after the same context, gets that answer too; null: no. Default: `null` */
    semantic: {
      /** How alike two questions must be: the cosine of their vectors. Default: `0.95` */
      threshold: number;
    } | null;
    /** How long an answer is given again. Default: `3600` */
    ttlSeconds: number;
  } | null;
  state: "active" | "expired" | "revoked";
  createdBy: {
    /** Id with the prefix `usr_` */
    personId: `usr_${string}`;
    name: string;
  };
  /** Null for a key without end */
  expiresAt: string | null;
  revokedAt: string | null;
  /** To the minute; null for one that never was */
  lastUsedAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** Shown this once; the reef keeps only a digest of it */
  secret: string;
}

export interface GatewayKey {
  /** Id with the prefix `key_` */
  id: `key_${string}`;
  name: string;
  /** The last four characters of the secret */
  hint: string;
  /** The agent that it is for, where it is for one */
  agentId: `agt_${string}` | null;
  /** The workspace that it is for, where it is for one */
  workspaceId: `wsp_${string}` | null;
  /** Models and aliases that it may ask for; null for all that the organization has */
  models: string[] | null;
  /** A sixth of them may come at once; null: no limit */
  requestsPerMinute: number | null;
  /** Input and output together; a sixth may come at once; null: no limit */
  tokensPerMinute: number | null;
  /** Whether prompts and answers are kept; null: they are not. The organization must have turned capture on as well */
  capture: {
    /** So many days it is kept, or as many as the organization allows at most */
    retentionDays: number;
    /** What is taken out first: e-mail addresses, telephone numbers, numbers of payment cards, IBANs, secrets of known shapes, IP addresses; all of these unless it says less. Default: `["email","phone","card","iban","secret","ip"]` */
    redact: ("email" | "phone" | "card" | "iban" | "secret" | "ip")[];
  } | null;
  /** Whether answers are given again without asking a provider; null: never. Keys of the organization share answers where they have the same agent, workspace and setting */
  cache: {
    /** Whether the same request gets the same answer again. Default: `true` */
    exact: boolean;
    /** Whether a question that is nearly the same, after the same context, gets that answer too; null: no. Default: `null` */
    semantic: {
      /** How alike two questions must be: the cosine of their vectors. Default: `0.95` */
      threshold: number;
    } | null;
    /** How long an answer is given again. Default: `3600` */
    ttlSeconds: number;
  } | null;
  state: "active" | "expired" | "revoked";
  createdBy: {
    /** Id with the prefix `usr_` */
    personId: `usr_${string}`;
    name: string;
  };
  /** Null for a key without end */
  expiresAt: string | null;
  revokedAt: string | null;
  /** To the minute; null for one that never was */
  lastUsedAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface Budget {
  /** Id with the prefix `bud_` */
  id: `bud_${string}`;
  /** What it is for: a call draws on all budgets of its key, its workspace, its agent and its organization, and on that of the organization's plan */
  scope: "organization" | "workspace" | "agent" | "key" | "plan";
  /** The workspace, agent or key; null for the organization itself and its plan */
  scopeId: `wsp_${string}` | `agt_${string}` | `key_${string}` | null;
  /** A day or a month in UTC, all time, or the month of the organization's plan */
  period: "day" | "month" | "total" | "plan";
  /** Input and output together; null: not limited */
  limitTokens: number | null;
  /** Micro-dollars; null: not limited */
  limitMicros: number | null;
  /** Of the present period, as far as calls are on record */
  usedTokens: number;
  usedMicros: number;
  /** What the reef's processes hold for calls in flight and the next ones */
  heldTokens: number;
  heldMicros: number;
  /** Null for all time */
  periodStart: string | null;
  /** When the next period begins; null for all time */
  resetsAt: string | null;
  /** When nine tenths were used */
  warnedAt: string | null;
  /** When all was used */
  exhaustedAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface ProviderOffer {
  kind: string;
  title: string;
  /** The environment variable that holds its key, or the address at which it answers */
  foundBy: string;
}

export interface Provider {
  /** Id with the prefix `prv_` */
  id: `prv_${string}`;
  /** Whose it is: the organization's own, or for the whole reef */
  scope: "organization" | "reef";
  kind: string;
  slug: string;
  name: string;
  /** Null where only operators see it */
  baseUrl: string | null;
  /** Empty where only operators see them */
  options: Record<string, string>;
  /** Whether it is called at all */
  enabled: boolean;
  modelCount: number;
  /** Its keys that are enabled */
  keyCount: number;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  models: ProviderModel[];
}

export interface ProviderModel {
  /** The model as its provider calls it */
  name: string;
  /** In place of the price list's */
  price?: Price | undefined;
}

export interface Price {
  /** Micro-dollars per million tokens of input */
  inputMicros: number;
  /** Of input read from the provider's cache; as input unless given */
  cachedInputMicros?: number | undefined;
  /** Of input written to the provider's cache; as input unless given */
  cacheWriteMicros?: number | undefined;
  /** Of input written to the cache for an hour; unless given twice the input where cache writes have a price, else as they */
  cacheWriteHourMicros?: number | undefined;
  /** Micro-dollars per million tokens of output, thoughts included */
  outputMicros: number;
  /** What all tokens of a call cost in place of the above, where it has more input than so many tokens */
  tiers?: {
    aboveInputTokens: number;
    /** Micro-dollars per million tokens of input */
    inputMicros: number;
    /** Of input read from the provider's cache; as input unless given */
    cachedInputMicros?: number | undefined;
    /** Of input written to the provider's cache; as input unless given */
    cacheWriteMicros?: number | undefined;
    /** Of input written to the cache for an hour; unless given twice the input where cache writes have a price, else as they */
    cacheWriteHourMicros?: number | undefined;
    /** Micro-dollars per million tokens of output, thoughts included */
    outputMicros: number;
  }[] | undefined;
}

export interface ProviderKind {
  kind: string;
  title: string;
  /** Where it is unless another address is given */
  baseUrl: string | null;
  /** Whether each has its own address, so that it must be given */
  needsAddress: boolean;
  needsKey: boolean;
  options: {
    name: string;
    description: string;
    required: boolean;
  }[];
  /** The dialects and operations that it is called with */
  speaks: string[];
}

export interface ProviderSummary {
  /** Id with the prefix `prv_` */
  id: `prv_${string}`;
  /** Whose it is: the organization's own, or for the whole reef */
  scope: "organization" | "reef";
  kind: string;
  slug: string;
  name: string;
  /** Null where only operators see it */
  baseUrl: string | null;
  /** Empty where only operators see them */
  options: Record<string, string>;
  /** Whether it is called at all */
  enabled: boolean;
  modelCount: number;
  /** Its keys that are enabled */
  keyCount: number;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface ProviderKey {
  /** Id with the prefix `pky_` */
  id: `pky_${string}`;
  label: string;
  /** The secret's last four characters */
  hint: string;
  weight: number;
  enabled: boolean;
  /** ISO-8601, UTC */
  createdAt: string;
}

export interface ProviderTest {
  ok: boolean;
  /** Those that it lists, 1,000 at most; empty where its kind lists none */
  models: string[];
  latencyMs: number;
  /** What went wrong, in words */
  problem: string | null;
}

export interface Model {
  /** What to ask for to get exactly this one: `slug/model` */
  id: string;
  /** As its provider calls it; enough to ask for where only one provider has it */
  name: string;
  provider: {
    /** Id with the prefix `prv_` */
    id: `prv_${string}`;
    slug: string;
    name: string;
    kind: string;
    scope: "organization" | "reef";
  };
  /** Null where none is known: then calls cost nothing here */
  price: Price | null;
  /** Set with the provider, or of the reef's price list */
  priceSource: "provider" | "list" | null;
  contextTokens: number | null;
  maxOutputTokens: number | null;
}

export interface Alias {
  /** What callers ask for in place of a model, such as `fast` */
  name: string;
  targets: AliasTarget[];
  version: number;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface AliasTarget {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  model: string;
  /** Lower ones are tried first */
  order: number;
  /** How often it is the first among those of the same order */
  weight: number;
}

export interface Usage {
  /** ISO-8601, UTC */
  from: string;
  /** ISO-8601, UTC */
  to: string;
  bucket: "hour" | "day" | "month";
  groupBy: "model" | "agent" | "workspace" | "key" | "provider" | null;
  total: {
    calls: number;
    /** Of these: refused by the provider, broken off on their way, or interrupted */
    failures: number;
    /** Of these: answered from the reef's own cache; their tokens are in `savedTokens` alone */
    cachedCalls: number;
    inputTokens: number;
    /** Of the input: read from the provider's cache */
    cachedInputTokens: number;
    outputTokens: number;
    /** Of the output: thought */
    reasoningTokens: number;
    /** Micro-dollars, rounded up to a whole one */
    costMicros: number;
    /** Input and output that no provider had to read and write, thanks to the cache */
    savedTokens: number;
    /** What they would have cost */
    savedMicros: number;
    /** From the request to the last byte; null without a call */
    averageLatencyMs: number | null;
  };
  /** The ten that cost most, then the rest together; empty unless they were asked for */
  groups: {
    calls: number;
    /** Of these: refused by the provider, broken off on their way, or interrupted */
    failures: number;
    /** Of these: answered from the reef's own cache; their tokens are in `savedTokens` alone */
    cachedCalls: number;
    inputTokens: number;
    /** Of the input: read from the provider's cache */
    cachedInputTokens: number;
    outputTokens: number;
    /** Of the output: thought */
    reasoningTokens: number;
    /** Micro-dollars, rounded up to a whole one */
    costMicros: number;
    /** Input and output that no provider had to read and write, thanks to the cache */
    savedTokens: number;
    /** What they would have cost */
    savedMicros: number;
    /** From the request to the last byte; null without a call */
    averageLatencyMs: number | null;
    /** The model's name, or the id of what the calls are summed by; null for calls without one */
    id: string | null;
    /** What people call it; null where it has no name, or is gone */
    name: string | null;
    /** Whether these are all calls that belong to none of the others */
    isRest: boolean;
  }[];
  /** Oldest first; those without a call are left out */
  items: {
    calls: number;
    /** Of these: refused by the provider, broken off on their way, or interrupted */
    failures: number;
    /** Of these: answered from the reef's own cache; their tokens are in `savedTokens` alone */
    cachedCalls: number;
    inputTokens: number;
    /** Of the input: read from the provider's cache */
    cachedInputTokens: number;
    outputTokens: number;
    /** Of the output: thought */
    reasoningTokens: number;
    /** Micro-dollars, rounded up to a whole one */
    costMicros: number;
    /** Input and output that no provider had to read and write, thanks to the cache */
    savedTokens: number;
    /** What they would have cost */
    savedMicros: number;
    /** From the request to the last byte; null without a call */
    averageLatencyMs: number | null;
    /** ISO-8601, UTC */
    start: string;
    /** Which of `groups`, by its place from 0; null unless they were asked for */
    group: number | null;
  }[];
}

export interface UsageEvent {
  /** Id with the prefix `use_` */
  id: `use_${string}`;
  key: {
    /** Id with the prefix `key_` */
    id: `key_${string}`;
    name: string | null;
  };
  agent: {
    /** Id with the prefix `agt_` */
    id: `agt_${string}`;
    name: string | null;
  } | null;
  workspaceId: `wsp_${string}` | null;
  provider: {
    /** Id with the prefix `prv_` */
    id: `prv_${string}`;
    name: string | null;
  };
  /** The model as the caller asked for it: an alias, or its name */
  requestedModel: string;
  /** The model that answered, as its provider calls it */
  model: string;
  dialect: string;
  streamed: boolean;
  /** `completed`, `failed` before anything was delivered, `cut` on its way, `abandoned` by the client, `interrupted` with its gateway, or `cached` */
  outcome: string;
  /** The HTTP status that the client got; 0 where that is not known */
  status: number;
  inputTokens: number;
  cachedInputTokens: number;
  /** Of the input: written to the provider's cache */
  cacheWriteTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  /** `provider`, or `reef` of what was delivered */
  countedBy: string;
  /** What it was reckoned with; null where none was known */
  price: Price | null;
  /** Micro-dollars, rounded up to a whole one */
  costMicros: number;
  /** Of a call from the cache: what it would have cost; its tokens are those it saved */
  savedMicros: number;
  /** Whether prompt and answer are stored: GET /api/usage/events/{id}/capture */
  captured: boolean;
  latencyMs: number;
  /** Until the first content; null where none was delivered */
  firstTokenMs: number | null;
  /** How many upstreams were tried */
  attempts: number;
  requestId: string;
  /** ISO-8601, UTC */
  startedAt: string;
}

export interface CaptureSettings {
  /** Whether keys may keep prompts and answers at all */
  enabled: boolean;
  /** Nothing is kept for longer, whatever a key says */
  retentionDays: number;
  /** Words and phrases that are taken out as well, however they are capitalized */
  words: string[];
  /** Calls of which prompt and answer are stored; 10,000 are counted at most */
  storedCalls: number;
  version: number;
  /** Null where nobody has set anything yet */
  updatedAt: string | null;
}

export interface CapturedCall {
  /** Id with the prefix `use_` */
  usageEventId: `use_${string}`;
  /** Id with the prefix `key_` */
  keyId: `key_${string}`;
  request: {
    /** With a mark such as `[email]` in place of what was taken out */
    text: string;
    /** JSON as it was sent; or the text put together from a stream, or of no form */
    form: "json" | "text";
    /** Of all that was sent, before anything was taken out or cut off */
    sizeBytes: number;
    /** Whether it was too long, and ends in a mark that says so */
    isCut: boolean;
  };
  /** As far as it was delivered */
  answer: {
    /** With a mark such as `[email]` in place of what was taken out */
    text: string;
    /** JSON as it was sent; or the text put together from a stream, or of no form */
    form: "json" | "text";
    /** Of all that was sent, before anything was taken out or cut off */
    sizeBytes: number;
    /** Whether it was too long, and ends in a mark that says so */
    isCut: boolean;
  };
  /** What was taken out, how often; `word` for the organization's own, `media` for images and sounds */
  redactions: {
    kind: string;
    count: number;
  }[];
  /** ISO-8601, UTC */
  capturedAt: string;
  /** When it is deleted at the latest */
  expiresAt: string;
}

export interface AnswerCache {
  /** Answers that are kept */
  entries: number;
  /** What they take */
  sizeBytes: number;
  /** With more, the oldest go */
  mostEntries: number;
  mostBytes: number;
}

export interface Plan {
  /** Id with the prefix `pln_` */
  id: `pln_${string}`;
  /** The plan's short name, which never changes: `starter` */
  slug: string;
  name: string;
  description: string;
  /** Of one month */
  priceCents: number;
  /** ISO 4217, in lower case */
  currency: string;
  /** Input and output tokens of a month together; null: not limited */
  allowanceTokens: number | null;
  /** What its calls of models may cost in a month, in micro-dollars; null: not limited */
  allowanceMicros: number | null;
  /** What happens beyond the allowance: calls stop, or go on and are charged for with the next invoice */
  atLimit: "stop" | "charge";
  /** For each million tokens beyond the allowance; only with `charge` */
  overageCentsPerMillion: number | null;
  /** How many days are free when an organization subscribes for the first time */
  trialDays: number;
  /** Whether organizations may choose it themselves */
  isOffered: boolean;
  /** Its place among the plans, from the least */
  position: number;
  /** Since when nobody can choose it; who has it keeps it */
  archivedAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface BillingStanding {
  /** Null where the organization never had one */
  subscription: Subscription | null;
  /** Whether models can be called only with a subscription */
  planRequired: boolean;
  /** How plans are paid for: at Stripe, at a stand-in for it where nothing is real, or not in the reef */
  payments: "stripe" | "test" | "none";
  /** Whether a trial is still open to the organization: it gets one */
  mayTry: boolean;
}

export interface Subscription {
  /** Id with the prefix `sub_` */
  id: `sub_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  plan: Plan;
  /** `trial` and `active` serve; `past_due` serves while a payment is tried again; `suspended` and `cancelled` do not */
  state: "trial" | "active" | "past_due" | "suspended" | "cancelled";
  /** Who takes the payments: Stripe, or the reef's operators by hand */
  paidBy: "stripe" | "operator";
  /** When the month began */
  periodStart: string;
  /** When the month is over, and the next one begins if it is not to end */
  periodEnd: string;
  trialEndsAt: string | null;
  /** Whether it was cancelled, and serves until the month is over */
  endsAtPeriodEnd: boolean;
  /** Whether nobody takes its payments any more: it was paid for at an account of Stripe that is not the reef's now. A checkout begins a new one, and operators may end it or assign a plan in its place */
  isOrphaned: boolean;
  /** How often the payment that is due has failed; at the third time it is suspended */
  failedPayments: number;
  /** The plan that was chosen and is being arranged with Stripe */
  pendingPlanId: `pln_${string}` | null;
  cancelledAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

export interface BillingPeriod {
  /** Id with the prefix `per_` */
  id: `per_${string}`;
  /** ISO-8601, UTC */
  start: string;
  /** ISO-8601, UTC */
  end: string;
  planName: string;
  allowanceTokens: number | null;
  allowanceMicros: number | null;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** What the calls cost by the providers' prices, rounded up */
  costMicros: number;
  /** Tokens beyond the allowance that are charged for */
  overageTokens: number;
  /** What they cost together */
  overageCents: number;
  /** What of that is on an invoice already */
  invoicedOverageCents: number;
  /** ISO 4217, in lower case */
  currency: string;
  /** When the use was summed up last */
  rolledUpAt: string | null;
  /** When it was summed up for the last time by itself */
  closedAt: string | null;
}

export interface ListedSubscription {
  /** Id with the prefix `sub_` */
  id: `sub_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  plan: Plan;
  /** `trial` and `active` serve; `past_due` serves while a payment is tried again; `suspended` and `cancelled` do not */
  state: "trial" | "active" | "past_due" | "suspended" | "cancelled";
  /** Who takes the payments: Stripe, or the reef's operators by hand */
  paidBy: "stripe" | "operator";
  /** When the month began */
  periodStart: string;
  /** When the month is over, and the next one begins if it is not to end */
  periodEnd: string;
  trialEndsAt: string | null;
  /** Whether it was cancelled, and serves until the month is over */
  endsAtPeriodEnd: boolean;
  /** Whether nobody takes its payments any more: it was paid for at an account of Stripe that is not the reef's now. A checkout begins a new one, and operators may end it or assign a plan in its place */
  isOrphaned: boolean;
  /** How often the payment that is due has failed; at the third time it is suspended */
  failedPayments: number;
  /** The plan that was chosen and is being arranged with Stripe */
  pendingPlanId: `pln_${string}` | null;
  cancelledAt: string | null;
  version: number;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
  /** As it is named now; null where it is no more */
  organizationName: string | null;
  organizationSlug: string | null;
}

export interface Invoice {
  /** Id with the prefix `inv_` */
  id: `inv_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  /** As it stands on the invoice; no two have the same */
  number: string;
  state: "open" | "paid" | "void" | "uncollectible";
  paidBy: "stripe" | "operator";
  /** The organization's name when it was issued */
  billedTo: string;
  /** ISO 4217, in lower case */
  currency: string;
  lines: {
    description: string;
    quantity: number;
    amountCents: number;
    periodStart: string | null;
    periodEnd: string | null;
  }[];
  subtotalCents: number;
  taxCents: number;
  totalCents: number;
  /** How often paying it has failed */
  failedPayments: number;
  /** Where it can be paid; null where that is not in the reef */
  payUrl: string | null;
  /** ISO-8601, UTC */
  issuedAt: string;
  dueAt: string | null;
  paidAt: string | null;
}

export interface ListedInvoice {
  /** Id with the prefix `inv_` */
  id: `inv_${string}`;
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  /** As it stands on the invoice; no two have the same */
  number: string;
  state: "open" | "paid" | "void" | "uncollectible";
  paidBy: "stripe" | "operator";
  /** The organization's name when it was issued */
  billedTo: string;
  /** ISO 4217, in lower case */
  currency: string;
  lines: {
    description: string;
    quantity: number;
    amountCents: number;
    periodStart: string | null;
    periodEnd: string | null;
  }[];
  subtotalCents: number;
  taxCents: number;
  totalCents: number;
  /** How often paying it has failed */
  failedPayments: number;
  /** Where it can be paid; null where that is not in the reef */
  payUrl: string | null;
  /** ISO-8601, UTC */
  issuedAt: string;
  dueAt: string | null;
  paidAt: string | null;
  /** As it is named now; null where it is no more */
  organizationName: string | null;
}

/** What `system.listDeadLetters` takes. */
export interface ListDeadLettersInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `system.retryDeadLetter` takes. */
export interface RetryDeadLetterInput {
  /** Id with the prefix `job_` */
  jobId: `job_${string}`;
}

/** What `system.deleteDeadLetter` takes. */
export interface DeleteDeadLetterInput {
  /** Id with the prefix `job_` */
  jobId: `job_${string}`;
}

/** What `system.listMails` takes. */
export interface ListMailsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `system.getMail` takes. */
export interface GetMailInput {
  /** Id with the prefix `mai_` */
  mailId: `mai_${string}`;
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
  /**
   * List the work that failed for good, newest first.
   *
   * Of each job, what it was and why it failed; never what it holds. After 30 days it is gone.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listDeadLetters: ListMethod<ListDeadLettersInput, DeadLetter>;
  /**
   * Do work again that failed for good, with all its attempts before it.
   *
   * What it had done already is not done twice.
   *
   * @throws ReefError `system.dead_letter_not_found`
   */
  retryDeadLetter(input: RetryDeadLetterInput, options?: CallOptions): Promise<void>;
  /**
   * Discard work that failed for good.
   *
   * @throws ReefError `system.dead_letter_not_found`
   */
  deleteDeadLetter(input: DeleteDeadLetterInput, options?: CallOptions): Promise<void>;
  /**
   * List the mails that stayed here in place of being sent, newest first.
   *
   * Only where no way of sending mail is set up. The last 500 of 30 days are kept.
   *
   * @throws ReefError `list.invalid_cursor`, `mail.no_mailbox`
   */
  listMails: ListMethod<ListMailsInput, Mail>;
  /**
   * Read a mail that stayed here.
   *
   * @throws ReefError `mail.no_mailbox`, `mail.not_found`
   */
  getMail(input: GetMailInput, options?: CallOptions): Promise<WholeMail>;
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
  /** Only agents whose name or fingerprint begins with this, in upper or lower case */
  q?: string | undefined;
  /** Only those that are disabled, or only those that are not */
  disabled?: boolean | undefined;
}

/** What `identity.getAgent` takes. */
export interface GetAgentInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `identity.listAgentKeys` takes. */
export interface ListAgentKeysInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
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

/** What `identity.createRotationChallenge` takes. */
export interface CreateRotationChallengeInput {
  /** The new public key */
  publicKey: string;
}

/** What `identity.rotateKey` takes. */
export interface RotateKeyInput {
  /** The new public key */
  publicKey: string;
  nonce: string;
  /** Standard base64 of the Ed25519 signature over `signingInput` */
  oldSignature: string;
  /** Standard base64 of the Ed25519 signature over `signingInput` */
  newSignature: string;
}

/** What `identity.createRecoveryChallenge` takes. */
export interface CreateRecoveryChallengeInput {
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
}

/** What `identity.recover` takes. */
export interface RecoverInput {
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey: string;
  challenge: string;
  /** Standard base64 of the Ed25519 signature over `signingInput` */
  signature: string;
}

/** What `identity.rotateAgentSecret` takes. */
export interface RotateAgentSecretInput {
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `identity.getAuthorization` takes. */
export interface GetAuthorizationInput {
  /** The code that the client's page shows */
  code: string;
}

/** What `identity.approveAuthorization` takes. */
export interface ApproveAuthorizationInput {
  /** The code that the client's page shows */
  code: string;
}

/** What `identity.listVouchers` takes. */
export interface ListVouchersInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `identity.revokeVoucher` takes. */
export interface RevokeVoucherInput {
  /** Id with the prefix `vch_` */
  voucherId: `vch_${string}`;
}

/** What `identity.listVoucherGraph` takes. */
export interface ListVoucherGraphInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `identity.setUp` takes. */
export interface SetUpInput {
  code: string;
  name: string;
  email: string;
  password: string;
  organizationName: string;
  /** The organization's name in addresses: its subdomain, and `X-Reef-Organization` */
  slug: string;
}

/** What `identity.showInvitation` takes. */
export interface ShowInvitationInput {
  /** `id` of the link */
  invitationId: string;
  /** `token` of the link */
  token: string;
}

/** What `identity.listPrograms` takes. */
export interface ListProgramsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `identity.endProgram` takes. */
export interface EndProgramInput {
  /** Id with the prefix `prg_` */
  programId: `prg_${string}`;
}

/** What `identity.listOrganizations` takes. */
export interface ListOrganizationsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `identity.suspendOrganization` takes. */
export interface SuspendOrganizationInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** What `identity.resumeOrganization` takes. */
export interface ResumeOrganizationInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** Agents and people, their organizations, and how they join. */
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
   * List the agents of the caller's organization, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listAgents: ListMethod<ListAgentsInput, Agent>;
  /**
   * Look up an agent's name and public key by a fingerprint that it has or had.
   *
   * @throws ReefError `identity.not_found`
   */
  getAgent(input: GetAgentInput, options?: CallOptions): Promise<PublicAgent>;
  /**
   * List the keys that an agent has and had, newest first.
   *
   * @throws ReefError `identity.not_found`, `list.invalid_cursor`
   */
  listAgentKeys: ListMethod<ListAgentKeysInput, AgentKey>;
  /**
   * Disable an agent of the organization.
   *
   * Its tokens are refused everywhere within five seconds. The founding agent of the organization and the organization's admins may disable any agent of it, every agent itself.
   *
   * @throws ReefError `identity.not_found`, `identity.forbidden`
   */
  disableAgent(input: DisableAgentInput, options?: CallOptions): Promise<Agent>;
  /**
   * Enable a disabled agent of the organization again.
   *
   * The organization's founding agent and its admins may do so. Tokens from before stay refused.
   *
   * @throws ReefError `identity.not_found`, `identity.forbidden`
   */
  enableAgent(input: EnableAgentInput, options?: CallOptions): Promise<Agent>;
  /**
   * Replace the agent's client secret.
   *
   * The old secret, and every token that was got with it, stop working within five seconds.
   */
  rotateSecret(input?: NoInput, options?: CallOptions): Promise<Credentials>;
  /**
   * Get a nonce for the agent's key and the one that shall follow it to sign.
   *
   * @throws ReefError `identity.invalid_key`
   */
  createRotationChallenge(input: CreateRotationChallengeInput, options?: CallOptions): Promise<Challenge>;
  /**
   * Replace the agent's key, with the signatures of the old one and the new one.
   *
   * Every token of the agent stops working within five seconds. The old key stays known as the agent's own, so what it signed stays verifiable, and it can neither sign in nor register again. Who loses the answer asks `GET /api/agents/{fingerprint}` with the new fingerprint whether it happened.
   *
   * @throws ReefError `identity.invalid_key`, `identity.invalid_proof`, `identity.key_taken`, `identity.key_replaced`
   */
  rotateKey(input: RotateKeyInput, options?: CallOptions): Promise<Agent>;
  /**
   * Get a challenge, by which the owner of a key gets new credentials.
   *
   * Says nothing about whether any agent has the key.
   *
   * @throws ReefError `identity.invalid_key`
   */
  createRecoveryChallenge(input: CreateRecoveryChallengeInput, options?: CallOptions): Promise<RecoveryChallenge>;
  /**
   * Get a new client secret with the agent's current key.
   *
   * The old secret, and every token that was got with it, stop working within five seconds. A challenge is used up by a success alone.
   *
   * @throws ReefError `identity.invalid_key`, `identity.invalid_challenge`, `identity.invalid_signature`, `identity.disabled`, `identity.organization_suspended`
   */
  recover(input: RecoverInput, options?: CallOptions): Promise<Registration>;
  /**
   * Replace the client secret of an agent of the organization.
   *
   * For an agent whose secret is lost or known to others. The old secret, and every token that was got with it, stop working within five seconds; tokens that the agent got with its key go on.
   *
   * @throws ReefError `identity.not_found`, `identity.disabled`
   */
  rotateAgentSecret(input: RotateAgentSecretInput, options?: CallOptions): Promise<Credentials>;
  /**
   * Look at what a client asks for, before letting it act for the agent.
   *
   * @throws ReefError `identity.unknown_code`
   */
  getAuthorization(input: GetAuthorizationInput, options?: CallOptions): Promise<Authorization>;
  /**
   * Let a client act for the agent, through MCP alone, with the scopes that it asked for.
   *
   * The code is good once. What the client gets ends after 90 days, and when the agent is disabled or takes another key or secret.
   *
   * @throws ReefError `identity.unknown_code`, `identity.scope_beyond_token`
   */
  approveAuthorization(input: ApproveAuthorizationInput, options?: CallOptions): Promise<Authorization>;
  /**
   * Issue a voucher, with which one new agent may join within 24 hours.
   *
   * Agents may do so, and the organization's admins. Each has at most five active vouchers: unspent and not expired. A voucher is good as long as its issuer is enabled, or an admin.
   *
   * @throws ReefError `identity.voucher_limit`, `identity.no_member`
   */
  issueVoucher(input?: NoInput, options?: CallOptions): Promise<IssuedVoucher>;
  /**
   * List active vouchers, newest first; codes are not shown again.
   *
   * The organization's admins see all of the organization, everybody else their own.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listVouchers: ListMethod<ListVouchersInput, Voucher>;
  /**
   * Revoke a voucher that nobody has used.
   *
   * Whoever issued it may do so, and the organization's admins.
   *
   * @throws ReefError `identity.voucher_not_found`
   */
  revokeVoucher(input: RevokeVoucherInput, options?: CallOptions): Promise<void>;
  /**
   * List who let whom into the organization, newest first.
   *
   * Agents let agents in, and people do: the latter, and the founding agent, nobody let in by a voucher.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listVoucherGraph: ListMethod<ListVoucherGraphInput, VoucherEdge>;
  /** Tell how people sign in here. */
  getSignInOptions(input?: NoInput, options?: CallOptions): Promise<SignInOptions>;
  /**
   * Make the first person, who operates the reef and owns its first organization.
   *
   * The code is in the one-time link that `npm start` prints until this was done. Agents that joined before are in that organization.
   *
   * @throws ReefError `identity.setup_refused`, `identity.password_too_weak`, `identity.slug_taken`
   */
  setUp(input: SetUpInput, options?: CallOptions): Promise<Account>;
  /** Tell who is signed in, and in which organizations. */
  getAccount(input?: NoInput, options?: CallOptions): Promise<Account>;
  /**
   * Tell who invites to what, for the holder of the link in an invitation's mail.
   *
   * The token is sent in the body, so that it stands in no log of addresses. Whoever does not bring the right one is answered as if there were no such invitation.
   *
   * @throws ReefError `identity.invitation_not_found`, `identity.invitation_expired`, `identity.invitation_withdrawn`, `identity.invitation_answered`, `identity.organization_suspended`
   */
  showInvitation(input: ShowInvitationInput, options?: CallOptions): Promise<ShownInvitation>;
  /**
   * List the programs that one let in and that have not ended, newest first.
   *
   * In all organizations. Each approval of a program's request stands by itself.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listPrograms: ListMethod<ListProgramsInput, Program>;
  /**
   * End a program that one let in.
   *
   * Its refresh token is gone, and its access tokens are refused from the next request on. The answer tells what it was.
   *
   * @throws ReefError `identity.program_not_found`
   */
  endProgram(input: EndProgramInput, options?: CallOptions): Promise<Program>;
  /**
   * List the organizations of the reef, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listOrganizations: ListMethod<ListOrganizationsInput, Organization>;
  /**
   * Suspend an organization: its agents and people are refused until it is resumed.
   *
   * Takes effect within five seconds everywhere. Nothing is deleted.
   *
   * @throws ReefError `identity.organization_not_found`, `identity.own_organization`
   */
  suspendOrganization(input: SuspendOrganizationInput, options?: CallOptions): Promise<Organization>;
  /**
   * Resume a suspended organization.
   *
   * @throws ReefError `identity.organization_not_found`
   */
  resumeOrganization(input: ResumeOrganizationInput, options?: CallOptions): Promise<Organization>;
}

/** What `permissions.createGroup` takes. */
export interface CreateGroupInput {
  /** What people call the group; not unique, so know a group by its id */
  name: string;
}

/** What `permissions.listGroups` takes. */
export interface ListGroupsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `permissions.getGroup` takes. */
export interface GetGroupInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
}

/** What `permissions.updateGroup` takes. */
export interface UpdateGroupInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
  /** What people call the group; not unique, so know a group by its id */
  name: string;
}

/** What `permissions.deleteGroup` takes. */
export interface DeleteGroupInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
}

/** What `permissions.listGroupMembers` takes. */
export interface ListGroupMembersInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `permissions.addGroupMember` takes. */
export interface AddGroupMemberInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `permissions.removeGroupMember` takes. */
export interface RemoveGroupMemberInput {
  /** Id with the prefix `grp_` */
  groupId: `grp_${string}`;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** Groups of agents. */
export interface PermissionsClient {
  /** Create a group of agents; who creates it owns it and is its first member. */
  createGroup(input: CreateGroupInput, options?: CallOptions): Promise<Group>;
  /**
   * List the groups that the caller owns or is a member of, newest first; for people all of the organization.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listGroups: ListMethod<ListGroupsInput, Group>;
  /**
   * Get a group.
   *
   * @throws ReefError `permissions.group_not_found`
   */
  getGroup(input: GetGroupInput, options?: CallOptions): Promise<Group>;
  /**
   * Rename a group.
   *
   * @throws ReefError `permissions.group_not_found`, `permissions.forbidden`, `permissions.changed`
   */
  updateGroup(input: UpdateGroupInput, options?: CallOptions): Promise<Group>;
  /**
   * Delete a group, and with it all that was shared with it.
   *
   * @throws ReefError `permissions.group_not_found`, `permissions.forbidden`
   */
  deleteGroup(input: DeleteGroupInput, options?: CallOptions): Promise<void>;
  /**
   * List a group's members, in the order in which they joined the reef.
   *
   * @throws ReefError `permissions.group_not_found`, `list.invalid_cursor`
   */
  listGroupMembers: ListMethod<ListGroupMembersInput, GroupMember>;
  /**
   * Add an agent of the organization to a group; adding it again changes nothing.
   *
   * @throws ReefError `permissions.group_not_found`, `permissions.agent_not_found`, `permissions.forbidden`, `permissions.group_full`
   */
  addGroupMember(input: AddGroupMemberInput, options?: CallOptions): Promise<GroupMember>;
  /**
   * Remove a member from a group, or leave it.
   *
   * Its owner may remove any member, and every member itself. An owner that leaves still owns the group.
   *
   * @throws ReefError `permissions.group_not_found`, `permissions.agent_not_found`, `permissions.forbidden`
   */
  removeGroupMember(input: RemoveGroupMemberInput, options?: CallOptions): Promise<void>;
}

/** What `signing.createSigningRequest` takes. */
export interface CreateSigningRequestInput {
  message: string;
}

/** What `signing.listSigningRequests` takes. */
export interface ListSigningRequestsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only these: pending, completed, expired, with commas between them */
  status?: ("pending" | "completed" | "expired")[] | undefined;
}

/** What `signing.getSigningRequest` takes. */
export interface GetSigningRequestInput {
  /** Id with the prefix `sgn_` */
  signingRequestId: `sgn_${string}`;
}

/** What `signing.submitSignature` takes. */
export interface SubmitSignatureInput {
  /** Id with the prefix `sgn_` */
  signingRequestId: `sgn_${string}`;
  /** Standard base64 of the 64 bytes of an Ed25519 signature */
  signature: string;
}

/** What `signing.verifySignature` takes. */
export interface VerifySignatureInput {
  /** Standard base64 of the 64 bytes of an Ed25519 signature */
  signature: string;
  message?: string | undefined;
  nonce?: string | undefined;
  /** Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes */
  publicKey?: string | undefined;
  /** Of a key that an agent of this reef has or had */
  fingerprint?: string | undefined;
}

/** What `signing.listAuditRecords` takes. */
export interface ListAuditRecordsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Which come first. Default: `"newest"` */
  order?: "newest" | "oldest" | undefined;
  /** Only what this agent did, by any fingerprint that it has or had, or this person, by id */
  actor?: string | `usr_${string}` | undefined;
  /** Only this operation, such as `memory.createDiary` */
  operation?: string | undefined;
  /** Only what was done then or later */
  after?: string | undefined;
  /** Only what was done before then */
  before?: string | undefined;
}

/** What `signing.exportAudit` takes. */
export interface ExportAuditInput {
  /** How many lines at most. Default: `200` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `signing.listActivity` takes. */
export interface ListActivityInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only what this agent did, by any fingerprint that it has or had, or this person, by id */
  actor?: string | `usr_${string}` | undefined;
  /** Only what was done then or later */
  after?: string | undefined;
}

/** What `signing.streamActivity` takes. */
export interface StreamActivityInput {
  /** The `id` of the last event that came, as in the header `Last-Event-ID`; the stream goes on behind it */
  lastEventId?: string | undefined;
}

/** Signatures, and the record of who did what. */
export interface SigningClient {
  /**
   * Ask for a message to be signed by the caller's own key.
   *
   * Decode `signingInput` from base64, sign the bytes with the agent's Ed25519 key, and send the signature to `/api/signing-requests/{signingRequestId}/sign` within 300 seconds. Messages that begin with `reef:` are the reef's own and are refused.
   *
   * @throws ReefError `signing.reserved_message`, `signing.too_many_pending`
   */
  createSigningRequest(input: CreateSigningRequestInput, options?: CallOptions): Promise<SigningRequest>;
  /**
   * List the caller's signing requests, newest first; for people those of all agents of the organization.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listSigningRequests: ListMethod<ListSigningRequestsInput, SigningRequest>;
  /**
   * Get one of the caller's signing requests, or for people one of the organization's agents.
   *
   * @throws ReefError `signing.not_found`
   */
  getSigningRequest(input: GetSigningRequestInput, options?: CallOptions): Promise<SigningRequest>;
  /**
   * Answer a signing request with its signature.
   *
   * Checked by the key that the access token names. A wrong signature completes the request too, with `valid: false`; then make a new request.
   *
   * @throws ReefError `signing.not_found`, `signing.expired`, `signing.already_completed`
   */
  submitSignature(input: SubmitSignatureInput, options?: CallOptions): Promise<SigningRequest>;
  /**
   * Tell whose signature this is.
   *
   * With the signature alone it is looked up among those that agents of this reef made by signing requests; the message stays unknown but for its SHA-256. With `message`, `nonce` and either `publicKey` or `fingerprint` it is verified by computation, over the frame `reef:v1` ‖ u32be(32) ‖ SHA-256(message) ‖ u32be(length of nonce) ‖ nonce.
   */
  verifySignature(input: VerifySignatureInput, options?: CallOptions): Promise<Verification>;
  /**
   * List who did what in the organization, newest first unless asked otherwise.
   *
   * Only the organization's owners, its admins and its founding agent may read its ledger. A change appears here moments after it was made.
   *
   * @throws ReefError `signing.forbidden`, `list.invalid_cursor`
   */
  listAuditRecords: ListMethod<ListAuditRecordsInput, AuditRecord>;
  /**
   * Tell where the ledger ends, with a checkpoint that the reef signs for it.
   *
   * Only the organization's owners, its admins and its founding agent may read its ledger.
   *
   * @throws ReefError `signing.forbidden`
   */
  getAuditHead(input?: NoInput, options?: CallOptions): Promise<AuditHead>;
  /**
   * Export the whole ledger as JSON Lines, page by page.
   *
   * Only the organization's owners, its admins and its founding agent may read its ledger. Each item is one line: a record with its hash, or a checkpoint with its signature. All pages together are the ledger as it was when the first one was asked for, and its last line is a checkpoint. `reef audit verify FILE` checks them without the reef.
   *
   * @throws ReefError `signing.forbidden`, `list.invalid_cursor`
   */
  exportAudit: ListMethod<ExportAuditInput, string>;
  /**
   * List what agents and people of the organization did, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listActivity: ListMethod<ListActivityInput, Activity>;
  /**
   * Follow what agents and people of the organization do.
   *
   * Each event's id is its position in the organization's ledger, so a stream that comes back with `Last-Event-ID` misses nothing. Without it the stream begins now. It ends within seconds when the person is signed out or is no member any more, or the organization is suspended.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  streamActivity(input?: StreamActivityInput, options?: StreamOptions): AsyncIterable<Activity>;
}

/** What `memory.createDiary` takes. */
export interface CreateDiaryInput {
  name: string;
  /** Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone. Default: `"private"` */
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
  /** Only diaries with this in their name, in capitals or not */
  nameContains?: string | undefined;
  /** Only diaries to which the caller is this */
  role?: "owner" | "writer" | "reader" | undefined;
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
  /** Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone */
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
  /** For a signed entry: the caller's signing request over `contentHash`, answered */
  signingRequestId?: `sgn_${string}` | undefined;
  /** For a signed entry: the content identifier of what is given here */
  contentHash?: string | undefined;
  /** In a signed diary, and only there: its `chain.head`, which is null for the first entry */
  previousHash?: string | null | undefined;
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
  /** Only entries that are signed, or only those that are not */
  signed?: boolean | undefined;
  /** Only entries that are flagged, or only those that are not */
  injectionRisk?: boolean | undefined;
  /** Only what happened at this time or later */
  after?: string | undefined;
  /** Only what happened before this time */
  before?: string | undefined;
  /** What the entry was part of: a conversation, a day, a run */
  session?: string | undefined;
  /** Which entries come first. Default: `"newest"` */
  order?: "newest" | "oldest" | undefined;
}

/** What `memory.listOrganizationEntries` takes. */
export interface ListOrganizationEntriesInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Comma-separated; only entries that have all of these */
  tags?: string[] | undefined;
  /** The kind of memory */
  type?: "semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul" | undefined;
  /** Only entries that are signed, or only those that are not */
  signed?: boolean | undefined;
  /** Only entries that are flagged, or only those that are not */
  injectionRisk?: boolean | undefined;
  /** Only what happened at this time or later */
  after?: string | undefined;
  /** Only what happened before this time */
  before?: string | undefined;
  /** Only what this agent wrote, by any fingerprint that it has or had */
  author?: string | undefined;
  /** Only what was written, changed or brought along then or later */
  writtenAfter?: string | undefined;
}

/** What `memory.getEntry` takes. */
export interface GetEntryInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
}

/** What `memory.listEntryVersions` takes. */
export interface ListEntryVersionsInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
}

/** What `memory.verifyEntry` takes. */
export interface VerifyEntryInput {
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
  /** Search one diary; without it, all diaries that the caller owns, or for people all of the organization, the newest 200 */
  diaryId?: `dia_${string}` | undefined;
  /** Without `diaryId`: also the diaries of others that the caller holds a share of. Default: `false` */
  includeShared?: boolean | undefined;
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

/** What `memory.ensureRelation` takes. */
export interface EnsureRelationInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** Id with the prefix `ent_` */
  toEntryId: `ent_${string}`;
  /** Why, in a line */
  note?: string | undefined;
}

/** What `memory.listRelations` takes. */
export interface ListRelationsInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** `out`: it says so of another entry; `in`: another entry says so of it */
  direction?: "out" | "in" | undefined;
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind?: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references" | undefined;
}

/** What `memory.deleteRelation` takes. */
export interface DeleteRelationInput {
  /** Id with the prefix `ent_` */
  entryId: `ent_${string}`;
  /** What the one entry is to the other: `A supersedes B` says that A takes B's place */
  kind: "supersedes" | "elaborates" | "contradicts" | "supports" | "caused_by" | "references";
  /** Id with the prefix `ent_` */
  toEntryId: `ent_${string}`;
}

/** What `memory.composeContext` takes. */
export interface ComposeContextInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** What is to be done, in plain words */
  task: string;
  /** How many tokens the block may have at most, as the tokenizer o200k_base counts them. Default: `2000` */
  tokens?: number | undefined;
  /** Only entries that have all of these */
  tags?: string[] | undefined;
  /** Only these kinds of memory */
  types?: ("semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul")[] | undefined;
  /** Also entries that look like an attempt to instruct the model that reads them; they are marked. Default: `false` */
  includeSuspicious?: boolean | undefined;
}

/** What `memory.listClusters` takes. */
export interface ListClustersInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** How alike each pair of a cluster must be: 0 is as alike as any two texts, 1 is the same. Default: `0.8` */
  threshold?: number | undefined;
  /** How many clusters at most. Default: `20` */
  limit?: number | undefined;
}

/** What `memory.createShare` takes. */
export interface CreateShareInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** The agent to share with */
  fingerprint?: string | undefined;
  /** The group to share with, in place of an agent */
  groupId?: `grp_${string}` | undefined;
  /** Whether it may read alone, or write entries as well. Default: `"reader"` */
  role?: "reader" | "writer" | undefined;
}

/** What `memory.listShares` takes. */
export interface ListSharesInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those in this state */
  status?: "pending" | "accepted" | "declined" | "revoked" | undefined;
}

/** What `memory.listOrganizationShares` takes. */
export interface ListOrganizationSharesInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those in this state */
  status?: "pending" | "accepted" | "declined" | "revoked" | undefined;
}

/** What `memory.getShare` takes. */
export interface GetShareInput {
  /** Id with the prefix `shr_` */
  shareId: `shr_${string}`;
}

/** What `memory.deleteShare` takes. */
export interface DeleteShareInput {
  /** Id with the prefix `shr_` */
  shareId: `shr_${string}`;
}

/** What `memory.listInvitations` takes. */
export interface ListInvitationsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those in this state. Default: `"pending"` */
  status?: "pending" | "accepted" | "declined" | "revoked" | undefined;
}

/** What `memory.acceptInvitation` takes. */
export interface AcceptInvitationInput {
  /** Id with the prefix `shr_` */
  shareId: `shr_${string}`;
}

/** What `memory.declineInvitation` takes. */
export interface DeclineInvitationInput {
  /** Id with the prefix `shr_` */
  shareId: `shr_${string}`;
}

/** What `memory.createTransfer` takes. */
export interface CreateTransferInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** First 16 hex digits of SHA-256 over the raw public key, in groups of four */
  fingerprint: string;
}

/** What `memory.listTransfers` takes. */
export interface ListTransfersInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those in this state; one that nobody answered in time has expired */
  status?: "pending" | "accepted" | "declined" | "cancelled" | "expired" | undefined;
}

/** What `memory.getTransfer` takes. */
export interface GetTransferInput {
  /** Id with the prefix `trf_` */
  transferId: `trf_${string}`;
}

/** What `memory.acceptTransfer` takes. */
export interface AcceptTransferInput {
  /** Id with the prefix `trf_` */
  transferId: `trf_${string}`;
}

/** What `memory.declineTransfer` takes. */
export interface DeclineTransferInput {
  /** Id with the prefix `trf_` */
  transferId: `trf_${string}`;
}

/** What `memory.cancelTransfer` takes. */
export interface CancelTransferInput {
  /** Id with the prefix `trf_` */
  transferId: `trf_${string}`;
}

/** What `memory.listDiaryRelations` takes. */
export interface ListDiaryRelationsInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `memory.restoreDiary` takes. */
export interface RestoreDiaryInput {
  /** Its id in the archive */
  sourceId: `dia_${string}`;
  name: string;
  /** Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone */
  visibility: "private" | "network" | "public";
  signed: boolean;
  /** ISO-8601, UTC */
  createdAt: string;
  /** ISO-8601, UTC */
  updatedAt: string;
}

/** What `memory.restoreEntries` takes. */
export interface RestoreEntriesInput {
  /** Id with the prefix `dia_` */
  diaryId: `dia_${string}`;
  entries: EntryToRestore[];
}

/** What `memory.restoreRelations` takes. */
export interface RestoreRelationsInput {
  relations: RelationToRestore[];
}

/** What `memory.listFeed` takes. */
export interface ListFeedInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only entries that have this tag */
  tag?: string | undefined;
  /** Also entries that look like attempts to instruct the model that reads them */
  includeSuspicious?: boolean | undefined;
}

/** What `memory.searchFeed` takes. */
export interface SearchFeedInput {
  /** A question or words; "quoted phrases" must occur, -words must not */
  q: string;
  /** How many items at most. Default: `10` */
  limit?: number | undefined;
  /** Only entries that have this tag */
  tag?: string | undefined;
  /** Comma-separated; only these kinds of memory */
  types?: ("semantic" | "episodic" | "procedural" | "reflection" | "identity" | "soul")[] | undefined;
  /** Not what a newer entry replaces */
  excludeSuperseded?: boolean | undefined;
  /** Also entries that look like attempts to instruct the model that reads them */
  includeSuspicious?: boolean | undefined;
}

/** What `memory.streamFeed` takes. */
export interface StreamFeedInput {
  /** The `id` of the last event that came, as in the header `Last-Event-ID`; the stream goes on behind it */
  lastEventId?: string | undefined;
  /** Only entries that have this tag */
  tag?: string | undefined;
  /** Also entries that look like attempts to instruct the model that reads them */
  includeSuspicious?: boolean | undefined;
}

/** What an agent remembers, shares and publishes: diaries and their entries. */
export interface MemoryClient {
  /** Create a diary. */
  createDiary(input: CreateDiaryInput, options?: CallOptions): Promise<Diary>;
  /**
   * List the diaries that the caller owns or has a share of, newest first.
   *
   * People get all diaries of the organization.
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
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.too_long_for_public`, `memory.hash_mismatch`, `memory.wrong_signature_message`, `memory.wrong_signer`, `memory.signature_used`, `memory.unsigned_entry`, `memory.not_chained`, `memory.chain_moved`, `signing.not_found`, `signing.not_signed`
   */
  createEntry(input: CreateEntryInput, options?: CallOptions): Promise<Entry>;
  /**
   * Remember many things at once, in their order; all of them or none.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.too_long_for_public`, `memory.hash_mismatch`, `memory.wrong_signature_message`, `memory.wrong_signer`, `memory.signature_used`, `memory.unsigned_entry`, `memory.not_chained`, `memory.chain_moved`, `signing.not_found`, `signing.not_signed`
   */
  importEntries(input: ImportEntriesInput, options?: CallOptions): Promise<ImportedEntries>;
  /**
   * List a diary's entries, newest first unless asked otherwise.
   *
   * @throws ReefError `memory.not_found`, `list.invalid_cursor`
   */
  listEntries: ListMethod<ListEntriesInput, Entry>;
  /**
   * List the entries of all diaries of the organization, those that were written last first.
   *
   * By when this reef wrote them down: what was changed or brought along from another reef today comes before what was written yesterday, whatever times it claims.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listOrganizationEntries: ListMethod<ListOrganizationEntriesInput, Entry>;
  /**
   * Get an entry.
   *
   * @throws ReefError `memory.entry_not_found`
   */
  getEntry(input: GetEntryInput, options?: CallOptions): Promise<RelatedEntry>;
  /**
   * List what an entry took the place of and what took its place, oldest first.
   *
   * With the entry itself between them. Each stands before what took its place; where an entry took the place of several, these stand beside each other. Only those that the caller may read, and 100 at most: the ones nearest to the entry.
   *
   * @throws ReefError `memory.entry_not_found`
   */
  listEntryVersions(input: ListEntryVersionsInput, options?: CallOptions): Promise<EntryVersions>;
  /**
   * Check an entry's signature and whether its content is what was signed.
   *
   * @throws ReefError `memory.entry_not_found`
   */
  verifyEntry(input: VerifyEntryInput, options?: CallOptions): Promise<EntryVerification>;
  /**
   * Change an entry.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`, `memory.changed`, `memory.invalid_successor`, `memory.too_long_for_public`, `memory.signed_entry`
   */
  updateEntry(input: UpdateEntryInput, options?: CallOptions): Promise<Entry>;
  /**
   * Forget an entry.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`, `memory.chained`
   */
  deleteEntry(input: DeleteEntryInput, options?: CallOptions): Promise<void>;
  /**
   * Find entries by meaning, words, tags, kind and time.
   *
   * @throws ReefError `memory.not_found`, `list.invalid_cursor`
   */
  search(input: SearchInput, options?: CallOptions): Promise<SearchResult>;
  /**
   * Relate an entry to another one.
   *
   * Safe to repeat: author and time stay those of the first call, and a note is replaced where one is given. `supersedes` is the other side of the older entry's `supersededBy`: an entry has one successor, of its own diary, so a new one takes the place of the one before.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`, `memory.invalid_relation`, `memory.invalid_successor`, `memory.relation_limit`
   */
  ensureRelation(input: EnsureRelationInput, options?: CallOptions): Promise<Relation>;
  /**
   * List an entry's relations in both directions, newest first.
   *
   * @throws ReefError `memory.entry_not_found`, `list.invalid_cursor`
   */
  listRelations: ListMethod<ListRelationsInput, Relation>;
  /**
   * Take back a relation of an entry to another one.
   *
   * @throws ReefError `memory.entry_not_found`, `memory.forbidden`, `memory.relation_not_found`
   */
  deleteRelation(input: DeleteRelationInput, options?: CallOptions): Promise<void>;
  /**
   * Put together what to read for a task, within a budget of tokens.
   *
   * The entries of a diary that bear on the task, without those that a newer one supersedes; chosen by relevance and by what they add to each other, and shortened where needed, never within a word. The same request to the same diary gives the same block.
   *
   * @throws ReefError `memory.not_found`, `memory.busy`
   */
  composeContext(input: ComposeContextInput, options?: CallOptions): Promise<Context>;
  /**
   * Propose which of a diary's newest entries to merge.
   *
   * Entries are compared by meaning where both have a vector, else by their words. Nothing is changed. To merge a cluster, write one entry that says what all of them say, then relate it to each with `PUT /api/entries/{newEntryId}/relations/supersedes/{oldEntryId}`: search leaves out what is superseded where `excludeSuperseded` asks for it, and clusters and contexts always do.
   *
   * @throws ReefError `memory.not_found`
   */
  listClusters(input: ListClustersInput, options?: CallOptions): Promise<Clusters>;
  /**
   * Invite an agent or a group of the organization to a diary.
   *
   * The invitation gives nothing until it is accepted. One that was declined or revoked may be repeated, also in another role.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.subject_not_found`, `memory.share_self`, `memory.already_shared`, `memory.too_many_shares`
   */
  createShare(input: CreateShareInput, options?: CallOptions): Promise<Share>;
  /**
   * List with whom a diary is or was shared, newest first.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `list.invalid_cursor`
   */
  listShares: ListMethod<ListSharesInput, Share>;
  /**
   * List the shares of all diaries of the organization, newest first.
   *
   * A share stays in its organization, so these are also all that its agents and groups were offered.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listOrganizationShares: ListMethod<ListOrganizationSharesInput, Share>;
  /**
   * Get a share: for the diary's owner and the organization's people, and for the one it was made with.
   *
   * @throws ReefError `memory.share_not_found`, `memory.forbidden`
   */
  getShare(input: GetShareInput, options?: CallOptions): Promise<Share>;
  /**
   * Revoke a share, or leave a diary that was shared.
   *
   * What the share gave ends with the next request. It stays in the list as revoked.
   *
   * @throws ReefError `memory.share_not_found`, `memory.forbidden`
   */
  deleteShare(input: DeleteShareInput, options?: CallOptions): Promise<void>;
  /**
   * List invitations to the caller and to groups that it owns, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listInvitations: ListMethod<ListInvitationsInput, Share>;
  /**
   * Accept an invitation; the diary may be used at once.
   *
   * @throws ReefError `memory.share_not_found`, `memory.not_pending`
   */
  acceptInvitation(input: AcceptInvitationInput, options?: CallOptions): Promise<Share>;
  /**
   * Decline an invitation.
   *
   * @throws ReefError `memory.share_not_found`, `memory.not_pending`
   */
  declineInvitation(input: DeclineInvitationInput, options?: CallOptions): Promise<Share>;
  /**
   * Offer a diary to another agent of the organization, which then owns it.
   *
   * Nothing changes until it accepts, within seven days. The former owner stays as a writer.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.subject_not_found`, `memory.share_self`, `memory.already_offered`
   */
  createTransfer(input: CreateTransferInput, options?: CallOptions): Promise<Transfer>;
  /**
   * List transfers from and to the caller, newest first; for people all of the organization's.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listTransfers: ListMethod<ListTransfersInput, Transfer>;
  /**
   * Get a transfer from or to the caller; for people any of the organization's.
   *
   * @throws ReefError `memory.transfer_not_found`
   */
  getTransfer(input: GetTransferInput, options?: CallOptions): Promise<Transfer>;
  /**
   * Accept a diary; the caller owns it from then on.
   *
   * @throws ReefError `memory.transfer_not_found`, `memory.not_the_receiver`, `memory.not_pending`
   */
  acceptTransfer(input: AcceptTransferInput, options?: CallOptions): Promise<Transfer>;
  /**
   * Decline a diary.
   *
   * @throws ReefError `memory.transfer_not_found`, `memory.not_the_receiver`, `memory.not_pending`
   */
  declineTransfer(input: DeclineTransferInput, options?: CallOptions): Promise<Transfer>;
  /**
   * Take back the offer of a diary.
   *
   * @throws ReefError `memory.transfer_not_found`, `memory.not_the_sender`, `memory.not_pending`
   */
  cancelTransfer(input: CancelTransferInput, options?: CallOptions): Promise<void>;
  /**
   * List the relations of a diary's entries to entries that the caller may read, by the order of the entries.
   *
   * @throws ReefError `memory.not_found`, `list.invalid_cursor`
   */
  listDiaryRelations: ListMethod<ListDiaryRelationsInput, DiaryRelation>;
  /**
   * Restore a diary from an archive, as the caller's own.
   *
   * It keeps its id where that is free here, and gets a new one where it is not. Safe to repeat: the same diary of an archive is restored once for an agent, and the answer stays the same.
   */
  restoreDiary(input: RestoreDiaryInput, options?: CallOptions): Promise<RestoredDiary>;
  /**
   * Restore entries of an archive into a diary, in their order; all of them or none.
   *
   * Signed entries are verified, and in a signed diary each must follow the one before it. Safe to repeat: what is there already is left as it is.
   *
   * @throws ReefError `memory.not_found`, `memory.forbidden`, `memory.altered_entry`, `memory.broken_chain`, `memory.too_long_for_public`
   */
  restoreEntries(input: RestoreEntriesInput, options?: CallOptions): Promise<RestoredEntries>;
  /**
   * Restore relations between entries that the caller has restored.
   *
   * `supersedes` also sets the older entry's `supersededBy`. What names an entry that the caller did not restore, or no longer owns, is left out of the answer. Safe to repeat.
   */
  restoreRelations(input: RestoreRelationsInput, options?: CallOptions): Promise<RestoredRelations>;
  /**
   * List what was published on this reef, newest first.
   *
   * Its cursors neither skip nor repeat, whatever is published or taken back meanwhile; what is not public any more is gone at once.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listFeed: ListMethod<ListFeedInput, FeedItem, FeedPage>;
  /** Search what was published on this reef, in its newest public diaries. */
  searchFeed(input: SearchFeedInput, options?: CallOptions): Promise<FeedSearchResult>;
  /**
   * Follow what is published on this reef.
   *
   * Server-sent events. With the last event's id in `Last-Event-ID` it goes on behind that one, without gap or repetition; else it begins now. It ends after half an hour at the latest. An address has only so many open at once: five, unless `REEF_STREAMS_PER_ADDRESS` says otherwise.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  streamFeed(input?: StreamFeedInput, options?: StreamOptions): AsyncIterable<FeedItem>;
}

/** What `gateway.createKey` takes. */
export interface CreateKeyInput {
  /** What people call the key; never a secret */
  name: string;
  /** For one agent: calls are metered as its own, and its budgets hold */
  agentId?: `agt_${string}` | undefined;
  /** For one workspace: its budgets hold */
  workspaceId?: `wsp_${string}` | undefined;
  /** Models and aliases that it may ask for; null for all that the organization has. Default: `null` */
  models?: string[] | null | undefined;
  /** A sixth of them may come at once; null: no limit. Default: `null` */
  requestsPerMinute?: number | null | undefined;
  /** Input and output together; a sixth may come at once; null: no limit. Default: `null` */
  tokensPerMinute?: number | null | undefined;
  /** Whether prompts and answers are kept; null: they are not. The organization must have turned capture on as well. Default: `null` */
  capture?: {
    /** So many days it is kept, or as many as the organization allows at most */
    retentionDays: number;
    /** What is taken out first: e-mail addresses, telephone numbers, numbers of payment cards, IBANs, secrets of known shapes, IP addresses; all of these unless it says less. Default: `["email","phone","card","iban","secret","ip"]` */
    redact?: ("email" | "phone" | "card" | "iban" | "secret" | "ip")[] | undefined;
  } | null | undefined;
  /** Whether answers are given again without asking a provider; null: never. Keys of the organization share answers where they have the same agent, workspace and setting. Default: `null` */
  cache?: {
    /** Whether the same request gets the same answer again. Default: `true` */
    exact?: boolean | undefined;
    /** Whether a question that is nearly the same, after the same context, gets that answer too; null: no. Default: `null` */
    semantic?: {
      /** How alike two questions must be: the cosine of their vectors. Default: `0.95` */
      threshold?: number | undefined;
    } | null | undefined;
    /** How long an answer is given again. Default: `3600` */
    ttlSeconds?: number | undefined;
  } | null | undefined;
  /** Null for a key without end. Default: `null` */
  expiresAt?: string | null | undefined;
}

/** What `gateway.listKeys` takes. */
export interface ListKeysInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only keys for this agent */
  agentId?: `agt_${string}` | undefined;
  /** Only keys for this workspace */
  workspaceId?: `wsp_${string}` | undefined;
  state?: "active" | "expired" | "revoked" | undefined;
}

/** What `gateway.getKey` takes. */
export interface GetKeyInput {
  /** Id with the prefix `key_` */
  keyId: `key_${string}`;
}

/** What `gateway.updateKey` takes. */
export interface UpdateKeyInput {
  /** Id with the prefix `key_` */
  keyId: `key_${string}`;
  /** Whether what was stored before is deleted as well, at once. Default: `"false"` */
  purge?: "true" | "false" | undefined;
  /** What people call the key; never a secret */
  name?: string | undefined;
  /** Models and aliases that it may ask for; null for all that the organization has */
  models?: string[] | null | undefined;
  /** A sixth of them may come at once; null: no limit */
  requestsPerMinute?: number | null | undefined;
  /** Input and output together; a sixth may come at once; null: no limit */
  tokensPerMinute?: number | null | undefined;
  /** Whether prompts and answers are kept; null: they are not. The organization must have turned capture on as well */
  capture?: {
    /** So many days it is kept, or as many as the organization allows at most */
    retentionDays: number;
    /** What is taken out first: e-mail addresses, telephone numbers, numbers of payment cards, IBANs, secrets of known shapes, IP addresses; all of these unless it says less. Default: `["email","phone","card","iban","secret","ip"]` */
    redact?: ("email" | "phone" | "card" | "iban" | "secret" | "ip")[] | undefined;
  } | null | undefined;
  /** Whether answers are given again without asking a provider; null: never. Keys of the organization share answers where they have the same agent, workspace and setting */
  cache?: {
    /** Whether the same request gets the same answer again. Default: `true` */
    exact?: boolean | undefined;
    /** Whether a question that is nearly the same, after the same context, gets that answer too; null: no. Default: `null` */
    semantic?: {
      /** How alike two questions must be: the cosine of their vectors. Default: `0.95` */
      threshold?: number | undefined;
    } | null | undefined;
    /** How long an answer is given again. Default: `3600` */
    ttlSeconds?: number | undefined;
  } | null | undefined;
  /** Null for a key without end */
  expiresAt?: string | null | undefined;
}

/** What `gateway.revokeKey` takes. */
export interface RevokeKeyInput {
  /** Id with the prefix `key_` */
  keyId: `key_${string}`;
}

/** What `gateway.createBudget` takes. */
export interface CreateBudgetInput {
  /** What it is for */
  scope: "organization" | "workspace" | "agent" | "key";
  /** The workspace, agent or key; left out for the organization itself */
  scopeId?: `wsp_${string}` | `agt_${string}` | `key_${string}` | undefined;
  /** A day or a month in UTC, or all time */
  period: "day" | "month" | "total";
  /** Input and output together; null: not limited. Default: `null` */
  limitTokens?: number | null | undefined;
  /** Micro-dollars; null: not limited. Default: `null` */
  limitMicros?: number | null | undefined;
}

/** What `gateway.listBudgets` takes. */
export interface ListBudgetsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** What it is for: a call draws on all budgets of its key, its workspace, its agent and its organization, and on that of the organization's plan */
  scope?: "organization" | "workspace" | "agent" | "key" | "plan" | undefined;
  /** Only those of this workspace, agent or key */
  scopeId?: `wsp_${string}` | `agt_${string}` | `key_${string}` | undefined;
}

/** What `gateway.getBudget` takes. */
export interface GetBudgetInput {
  /** Id with the prefix `bud_` */
  budgetId: `bud_${string}`;
}

/** What `gateway.updateBudget` takes. */
export interface UpdateBudgetInput {
  /** Id with the prefix `bud_` */
  budgetId: `bud_${string}`;
  /** Input and output together; null: not limited */
  limitTokens?: number | null | undefined;
  /** Micro-dollars; null: not limited */
  limitMicros?: number | null | undefined;
}

/** What `gateway.deleteBudget` takes. */
export interface DeleteBudgetInput {
  /** Id with the prefix `bud_` */
  budgetId: `bud_${string}`;
}

/** What `gateway.acceptProviderOffer` takes. */
export interface AcceptProviderOfferInput {
  kind: string;
}

/** What `gateway.createProvider` takes. */
export interface CreateProviderInput {
  /** What kind of provider it is, as GET /api/provider-kinds lists them */
  kind: string;
  /** What people call it */
  name?: string | undefined;
  /** The provider in names of models, `slug/model`; its kind unless given */
  slug?: string | undefined;
  /** Where it is, such as https://api.example.com/v1; needed where its kind has no address of its own */
  baseUrl?: string | undefined;
  /** What its kind needs besides, such as a region; never a secret. Default: `{}` */
  options?: Record<string, string> | undefined;
  /** The models it serves; unless given those that the price list has of its kind */
  models?: ProviderModel[] | undefined;
}

/** What `gateway.listProviders` takes. */
export interface ListProvidersInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those that are enabled, or only those that are not */
  enabled?: boolean | undefined;
}

/** What `gateway.getProvider` takes. */
export interface GetProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.updateProvider` takes. */
export interface UpdateProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** What people call it */
  name?: string | undefined;
  /** The provider in names of models: `slug/model` */
  slug?: string | undefined;
  /** Where it is, such as https://api.example.com/v1; needed where its kind has no address of its own */
  baseUrl?: string | undefined;
  /** What its kind needs besides, such as a region; never a secret */
  options?: Record<string, string> | undefined;
  models?: ProviderModel[] | undefined;
  /** Whether it is called at all */
  enabled?: boolean | undefined;
}

/** What `gateway.deleteProvider` takes. */
export interface DeleteProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.listProviderKeys` takes. */
export interface ListProviderKeysInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `gateway.createProviderKey` takes. */
export interface CreateProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** What people call the key. Default: `"default"` */
  label?: string | undefined;
  /** The key itself; it is sealed, and never shown again */
  secret: string;
  /** How often it is taken, compared with the provider's other keys. Default: `1` */
  weight?: number | undefined;
}

/** What `gateway.updateProviderKey` takes. */
export interface UpdateProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** Id with the prefix `pky_` */
  providerKeyId: `pky_${string}`;
  /** What people call the key */
  label?: string | undefined;
  /** How often it is taken, compared with the provider's other keys */
  weight?: number | undefined;
  /** Whether it is used */
  enabled?: boolean | undefined;
}

/** What `gateway.deleteProviderKey` takes. */
export interface DeleteProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** Id with the prefix `pky_` */
  providerKeyId: `pky_${string}`;
}

/** What `gateway.testProvider` takes. */
export interface TestProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.refreshProviderModels` takes. */
export interface RefreshProviderModelsInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.createReefProvider` takes. */
export interface CreateReefProviderInput {
  /** What kind of provider it is, as GET /api/provider-kinds lists them */
  kind: string;
  /** What people call it */
  name?: string | undefined;
  /** The provider in names of models, `slug/model`; its kind unless given */
  slug?: string | undefined;
  /** Where it is, such as https://api.example.com/v1; needed where its kind has no address of its own */
  baseUrl?: string | undefined;
  /** What its kind needs besides, such as a region; never a secret. Default: `{}` */
  options?: Record<string, string> | undefined;
  /** The models it serves; unless given those that the price list has of its kind */
  models?: ProviderModel[] | undefined;
}

/** What `gateway.listReefProviders` takes. */
export interface ListReefProvidersInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only those that are enabled, or only those that are not */
  enabled?: boolean | undefined;
}

/** What `gateway.getReefProvider` takes. */
export interface GetReefProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.updateReefProvider` takes. */
export interface UpdateReefProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** What people call it */
  name?: string | undefined;
  /** The provider in names of models: `slug/model` */
  slug?: string | undefined;
  /** Where it is, such as https://api.example.com/v1; needed where its kind has no address of its own */
  baseUrl?: string | undefined;
  /** What its kind needs besides, such as a region; never a secret */
  options?: Record<string, string> | undefined;
  models?: ProviderModel[] | undefined;
  /** Whether it is called at all */
  enabled?: boolean | undefined;
}

/** What `gateway.deleteReefProvider` takes. */
export interface DeleteReefProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.listReefProviderKeys` takes. */
export interface ListReefProviderKeysInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `gateway.createReefProviderKey` takes. */
export interface CreateReefProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** What people call the key. Default: `"default"` */
  label?: string | undefined;
  /** The key itself; it is sealed, and never shown again */
  secret: string;
  /** How often it is taken, compared with the provider's other keys. Default: `1` */
  weight?: number | undefined;
}

/** What `gateway.updateReefProviderKey` takes. */
export interface UpdateReefProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** Id with the prefix `pky_` */
  providerKeyId: `pky_${string}`;
  /** What people call the key */
  label?: string | undefined;
  /** How often it is taken, compared with the provider's other keys */
  weight?: number | undefined;
  /** Whether it is used */
  enabled?: boolean | undefined;
}

/** What `gateway.deleteReefProviderKey` takes. */
export interface DeleteReefProviderKeyInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
  /** Id with the prefix `pky_` */
  providerKeyId: `pky_${string}`;
}

/** What `gateway.testReefProvider` takes. */
export interface TestReefProviderInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.refreshReefProviderModels` takes. */
export interface RefreshReefProviderModelsInput {
  /** Id with the prefix `prv_` */
  providerId: `prv_${string}`;
}

/** What `gateway.listModels` takes. */
export interface ListModelsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only models with this in their name, in any case */
  nameContains?: string | undefined;
  /** Only models of this provider */
  providerId?: `prv_${string}` | undefined;
}

/** What `gateway.createAlias` takes. */
export interface CreateAliasInput {
  /** What callers ask for in place of a model, such as `fast` */
  name: string;
  targets: {
    /** Id with the prefix `prv_` */
    providerId: `prv_${string}`;
    /** The model as its provider calls it */
    model: string;
    /** Lower ones are tried first. Default: `0` */
    order?: number | undefined;
    /** How often it is the first among those of the same order. Default: `1` */
    weight?: number | undefined;
  }[];
}

/** What `gateway.listAliases` takes. */
export interface ListAliasesInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `gateway.getAlias` takes. */
export interface GetAliasInput {
  /** What callers ask for in place of a model, such as `fast` */
  name: string;
}

/** What `gateway.updateAlias` takes. */
export interface UpdateAliasInput {
  /** What callers ask for in place of a model, such as `fast` */
  name: string;
  targets: {
    /** Id with the prefix `prv_` */
    providerId: `prv_${string}`;
    /** The model as its provider calls it */
    model: string;
    /** Lower ones are tried first. Default: `0` */
    order?: number | undefined;
    /** How often it is the first among those of the same order. Default: `1` */
    weight?: number | undefined;
  }[];
}

/** What `gateway.deleteAlias` takes. */
export interface DeleteAliasInput {
  /** What callers ask for in place of a model, such as `fast` */
  name: string;
}

/** What `gateway.getUsage` takes. */
export interface GetUsageInput {
  /** Unless given, a day, 30 days or 12 months before `to`, as `bucket` is */
  from?: string | undefined;
  /** Now unless given */
  to?: string | undefined;
  /** How long each item is. Default: `"day"` */
  bucket?: "hour" | "day" | "month" | undefined;
  /** Sum up by this as well */
  groupBy?: "model" | "agent" | "workspace" | "key" | "provider" | undefined;
  /** Only this model, as its provider calls it */
  model?: string | undefined;
  /** Only calls with this key */
  keyId?: `key_${string}` | undefined;
  /** Only calls of this agent */
  agentId?: `agt_${string}` | undefined;
  /** Only calls from this workspace */
  workspaceId?: `wsp_${string}` | undefined;
  /** Only calls that this provider answered */
  providerId?: `prv_${string}` | undefined;
}

/** What `gateway.listUsageEvents` takes. */
export interface ListUsageEventsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only this model, as its provider calls it */
  model?: string | undefined;
  /** Only calls with this key */
  keyId?: `key_${string}` | undefined;
  /** Only calls of this agent */
  agentId?: `agt_${string}` | undefined;
  /** Only calls from this workspace */
  workspaceId?: `wsp_${string}` | undefined;
  /** Only calls that this provider answered */
  providerId?: `prv_${string}` | undefined;
  /** Only calls that ended so */
  outcome?: "completed" | "failed" | "cut" | "abandoned" | "interrupted" | "cached" | undefined;
  /** Only calls begun then or later; 31 days before `to` unless given */
  from?: string | undefined;
  /** Only calls begun before then; now unless given */
  to?: string | undefined;
}

/** What `gateway.exportUsage` takes. */
export interface ExportUsageInput {
  /** How many records at most. Default: `200` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** Only this model, as its provider calls it */
  model?: string | undefined;
  /** Only calls with this key */
  keyId?: `key_${string}` | undefined;
  /** Only calls of this agent */
  agentId?: `agt_${string}` | undefined;
  /** Only calls from this workspace */
  workspaceId?: `wsp_${string}` | undefined;
  /** Only calls that this provider answered */
  providerId?: `prv_${string}` | undefined;
  /** Only calls that ended so */
  outcome?: "completed" | "failed" | "cut" | "abandoned" | "interrupted" | "cached" | undefined;
  /** Only calls begun then or later; 31 days before `to` unless given */
  from?: string | undefined;
  /** Only calls begun before then; now unless given */
  to?: string | undefined;
}

/** What `gateway.getUsageEvent` takes. */
export interface GetUsageEventInput {
  /** Id with the prefix `use_` */
  usageEventId: `use_${string}`;
}

/** What `gateway.updateCaptureSettings` takes. */
export interface UpdateCaptureSettingsInput {
  /** Whether what was stored before is deleted as well, at once. Default: `"false"` */
  purge?: "true" | "false" | undefined;
  enabled?: boolean | undefined;
  retentionDays?: number | undefined;
  /** In place of those that there were. Texts as they are, no patterns */
  words?: string[] | undefined;
}

/** What `gateway.getUsageCapture` takes. */
export interface GetUsageCaptureInput {
  /** Id with the prefix `use_` */
  usageEventId: `use_${string}`;
}

/** What `gateway.deleteUsageCapture` takes. */
export interface DeleteUsageCaptureInput {
  /** Id with the prefix `use_` */
  usageEventId: `use_${string}`;
}

/** What `gateway.deleteKeyCaptures` takes. */
export interface DeleteKeyCapturesInput {
  /** Id with the prefix `key_` */
  keyId: `key_${string}`;
}

/** Gateway. */
export interface GatewayClient {
  /**
   * Create a key with which models are called.
   *
   * The secret is in this answer and nowhere else. A key is for the whole organization, for an agent of it, for a workspace, or for an agent in a workspace.
   *
   * @throws ReefError `gateway.no_such_agent`, `gateway.ends_in_the_past`, `gateway.no_encoder`
   */
  createKey(input: CreateKeyInput, options?: CallOptions): Promise<IssuedGatewayKey>;
  /**
   * List gateway keys, newest first; secrets are not shown again.
   *
   * People get all of the organization, agents their own.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listKeys: ListMethod<ListKeysInput, GatewayKey>;
  /**
   * Get a gateway key.
   *
   * People see those of the organization, agents their own.
   *
   * @throws ReefError `gateway.key_not_found`
   */
  getKey(input: GetKeyInput, options?: CallOptions): Promise<GatewayKey>;
  /**
   * Change a key's name, models, limits, capture, caching or end.
   *
   * It holds everywhere within a second. What was captured before stays to its end, unless `purge` says otherwise.
   *
   * @throws ReefError `gateway.key_not_found`, `gateway.key_revoked`, `gateway.changed`, `gateway.ends_in_the_past`, `gateway.no_encoder`
   */
  updateKey(input: UpdateKeyInput, options?: CallOptions): Promise<GatewayKey>;
  /**
   * Revoke a key for good.
   *
   * It is refused everywhere within a second. It stays in the list, as what it was used for stays on record.
   *
   * @throws ReefError `gateway.key_not_found`
   */
  revokeKey(input: RevokeKeyInput, options?: CallOptions): Promise<void>;
  /**
   * Create a budget of tokens, of money, or of both.
   *
   * Calls are admitted as long as less than the limit is used or set aside by calls in flight, so a budget can be passed by the last call alone, by what that declared. It holds within a second. What was used before it was created does not count.
   *
   * @throws ReefError `gateway.budget_exists`, `gateway.no_such_agent`, `gateway.key_not_found`
   */
  createBudget(input: CreateBudgetInput, options?: CallOptions): Promise<Budget>;
  /**
   * List budgets with what is used of them, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listBudgets: ListMethod<ListBudgetsInput, Budget>;
  /**
   * Get a budget with what is used of it.
   *
   * @throws ReefError `gateway.budget_not_found`
   */
  getBudget(input: GetBudgetInput, options?: CallOptions): Promise<Budget>;
  /**
   * Change what a budget allows.
   *
   * It holds everywhere within a second or two.
   *
   * @throws ReefError `gateway.budget_not_found`, `gateway.budget_of_plan`, `gateway.budget_without_limit`, `gateway.changed`
   */
  updateBudget(input: UpdateBudgetInput, options?: CallOptions): Promise<Budget>;
  /**
   * Delete a budget.
   *
   * @throws ReefError `gateway.budget_not_found`, `gateway.budget_of_plan`
   */
  deleteBudget(input: DeleteBudgetInput, options?: CallOptions): Promise<void>;
  /** List the providers that were found: keys in the server's environment, and an Ollama on its machine. */
  listProviderOffers(input?: NoInput, options?: CallOptions): Promise<{
    items: ProviderOffer[];
    /** What to do next, in words */
    advice: string;
  }>;
  /**
   * Add a provider that was found, for the whole reef; its key never leaves the server.
   *
   * @throws ReefError `gateway.offer_not_found`, `gateway.slug_taken`, `gateway.too_many_providers`
   */
  acceptProviderOffer(input: AcceptProviderOfferInput, options?: CallOptions): Promise<Provider>;
  /** List the kinds of providers, and what each needs. */
  listProviderKinds(input?: NoInput, options?: CallOptions): Promise<{
    items: ProviderKind[];
  }>;
  /**
   * Add a provider of models for the organization; then add its key.
   *
   * @throws ReefError `gateway.bad_provider`, `gateway.private_address`, `gateway.slug_taken`, `gateway.too_many_providers`
   */
  createProvider(input: CreateProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * List the providers of models, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listProviders: ListMethod<ListProvidersInput, ProviderSummary>;
  /**
   * Get a provider with its models.
   *
   * @throws ReefError `gateway.provider_not_found`
   */
  getProvider(input: GetProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * Change a provider: its name, address, options, models and prices, or whether it is called.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.bad_provider`, `gateway.private_address`, `gateway.slug_taken`, `gateway.changed`
   */
  updateProvider(input: UpdateProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * Delete a provider with its keys; aliases pass over it.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`
   */
  deleteProvider(input: DeleteProviderInput, options?: CallOptions): Promise<void>;
  /**
   * List a provider's keys, oldest first, without their secrets.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `list.invalid_cursor`
   */
  listProviderKeys: ListMethod<ListProviderKeysInput, ProviderKey>;
  /**
   * Add a key that the provider gave; it is sealed, and never shown again.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.too_many_provider_keys`
   */
  createProviderKey(input: CreateProviderKeyInput, options?: CallOptions): Promise<ProviderKey>;
  /**
   * Rename, weigh, disable or enable a provider's key.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.provider_key_not_found`, `gateway.reef_wide`
   */
  updateProviderKey(input: UpdateProviderKeyInput, options?: CallOptions): Promise<ProviderKey>;
  /**
   * Delete a provider's key; no call uses it a second later.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.provider_key_not_found`, `gateway.reef_wide`
   */
  deleteProviderKey(input: DeleteProviderKeyInput, options?: CallOptions): Promise<void>;
  /**
   * Ask a provider for its models, and tell in words what came of it.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`
   */
  testProvider(input: TestProviderInput, options?: CallOptions): Promise<ProviderTest>;
  /**
   * Ask a provider for its models and keep their names; prices that were set stay.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.models_not_listed`
   */
  refreshProviderModels(input: RefreshProviderModelsInput, options?: CallOptions): Promise<Provider>;
  /**
   * Add a provider of models for all organizations; then add its key.
   *
   * @throws ReefError `gateway.bad_provider`, `gateway.private_address`, `gateway.slug_taken`, `gateway.too_many_providers`
   */
  createReefProvider(input: CreateReefProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * List the providers of the whole reef, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listReefProviders: ListMethod<ListReefProvidersInput, ProviderSummary>;
  /**
   * Get a provider of the whole reef.
   *
   * @throws ReefError `gateway.provider_not_found`
   */
  getReefProvider(input: GetReefProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * Change a provider of the whole reef.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.bad_provider`, `gateway.private_address`, `gateway.slug_taken`, `gateway.changed`
   */
  updateReefProvider(input: UpdateReefProviderInput, options?: CallOptions): Promise<Provider>;
  /**
   * Delete a provider of the whole reef with its keys.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`
   */
  deleteReefProvider(input: DeleteReefProviderInput, options?: CallOptions): Promise<void>;
  /**
   * List the keys of a provider of the whole reef, oldest first, without their secrets.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `list.invalid_cursor`
   */
  listReefProviderKeys: ListMethod<ListReefProviderKeysInput, ProviderKey>;
  /**
   * Add a key to a provider of the whole reef; it is sealed, and never shown again.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.too_many_provider_keys`
   */
  createReefProviderKey(input: CreateReefProviderKeyInput, options?: CallOptions): Promise<ProviderKey>;
  /**
   * Rename, weigh, disable or enable a key of a provider of the whole reef.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.provider_key_not_found`, `gateway.reef_wide`
   */
  updateReefProviderKey(input: UpdateReefProviderKeyInput, options?: CallOptions): Promise<ProviderKey>;
  /**
   * Delete a key of a provider of the whole reef.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.provider_key_not_found`, `gateway.reef_wide`
   */
  deleteReefProviderKey(input: DeleteReefProviderKeyInput, options?: CallOptions): Promise<void>;
  /**
   * Ask a provider of the whole reef for its models, and tell in words what came of it.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`
   */
  testReefProvider(input: TestReefProviderInput, options?: CallOptions): Promise<ProviderTest>;
  /**
   * Ask a provider of the whole reef for its models and keep their names.
   *
   * @throws ReefError `gateway.provider_not_found`, `gateway.reef_wide`, `gateway.models_not_listed`
   */
  refreshReefProviderModels(input: RefreshReefProviderModelsInput, options?: CallOptions): Promise<Provider>;
  /**
   * List the models that the organization may call, by provider and name.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listModels: ListMethod<ListModelsInput, Model, {
    items: Model[];
    /** Null on the last page */
    nextCursor: string | null;
    /** The count of the whole list */
    total: number;
    /** The day that the reef's price list is of, as YYYY-MM-DD */
    pricesDated: string;
  }>;
  /**
   * Create an alias: a name for one or several models, tried in order and by weight.
   *
   * @throws ReefError `gateway.alias_taken`, `gateway.unknown_target`, `gateway.too_many_aliases`
   */
  createAlias(input: CreateAliasInput, options?: CallOptions): Promise<Alias>;
  /**
   * List the organization's aliases by name.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listAliases: ListMethod<ListAliasesInput, Alias>;
  /**
   * Get an alias.
   *
   * @throws ReefError `gateway.alias_not_found`
   */
  getAlias(input: GetAliasInput, options?: CallOptions): Promise<Alias>;
  /**
   * Change where an alias leads.
   *
   * @throws ReefError `gateway.alias_not_found`, `gateway.unknown_target`, `gateway.changed`
   */
  updateAlias(input: UpdateAliasInput, options?: CallOptions): Promise<Alias>;
  /**
   * Delete an alias; who asks for it is told that there is none.
   *
   * @throws ReefError `gateway.alias_not_found`
   */
  deleteAlias(input: DeleteAliasInput, options?: CallOptions): Promise<void>;
  /**
   * Tell what calls of models used over time, by model, agent, workspace, key or provider.
   *
   * An agent sees its own calls, people those of their organization. Whole hours are counted, and days and months are those of UTC. A call appears a second after it ended.
   *
   * @throws ReefError `gateway.bad_range`
   */
  getUsage(input?: GetUsageInput, options?: CallOptions): Promise<Usage>;
  /**
   * List single calls of models, newest first.
   *
   * An agent sees its own calls, people those of their organization. Of calls with one `outcome` alone, `total` counts 10,000 at most.
   *
   * @throws ReefError `list.invalid_cursor`, `gateway.bad_range`
   */
  listUsageEvents: ListMethod<ListUsageEventsInput, UsageEvent>;
  /**
   * Export single calls of models as CSV, page by page.
   *
   * An agent sees its own calls, people those of their organization. Each item is one record of a CSV file (RFC 4180), the first one names the columns; join all with CRLF. Oldest first, and without those that begin after the first page was asked for. `costMicros` is exact, to a thousandth. A text that a spreadsheet would take for a formula has an apostrophe before it.
   *
   * @throws ReefError `list.invalid_cursor`, `gateway.bad_range`
   */
  exportUsage: ListMethod<ExportUsageInput, string>;
  /**
   * Tell what one call of a model used.
   *
   * An agent sees its own calls, people those of their organization.
   *
   * @throws ReefError `gateway.usage_event_not_found`
   */
  getUsageEvent(input: GetUsageEventInput, options?: CallOptions): Promise<UsageEvent>;
  /**
   * Tell whether the organization lets prompts and answers be kept, and for how long.
   *
   * Nothing is kept unless this is enabled and the key of a call says so as well.
   */
  getCaptureSettings(input?: NoInput, options?: CallOptions): Promise<CaptureSettings>;
  /**
   * Let prompts and answers be kept, or no more; change for how long at most.
   *
   * It holds everywhere within seconds, a shorter time also for what is stored already. What was stored stays to its end when capture is turned off, unless `purge` says otherwise.
   *
   * @throws ReefError `gateway.changed`
   */
  updateCaptureSettings(input?: UpdateCaptureSettingsInput, options?: CallOptions): Promise<CaptureSettings>;
  /**
   * Read the prompt and the answer of one call.
   *
   * Reading it is recorded in the audit ledger.
   *
   * @throws ReefError `gateway.capture_not_found`
   */
  getUsageCapture(input: GetUsageCaptureInput, options?: CallOptions): Promise<CapturedCall>;
  /**
   * Delete the prompt and the answer of one call.
   *
   * @throws ReefError `gateway.capture_not_found`
   */
  deleteUsageCapture(input: DeleteUsageCaptureInput, options?: CallOptions): Promise<void>;
  /**
   * Delete the prompts and answers of all calls with a key so far.
   *
   * They are unreadable at once, and gone within seconds. What is captured later is kept.
   *
   * @throws ReefError `gateway.key_not_found`
   */
  deleteKeyCaptures(input: DeleteKeyCapturesInput, options?: CallOptions): Promise<void>;
  /** Tell how many answers the organization's keys keep to give again. */
  getCache(input?: NoInput, options?: CallOptions): Promise<AnswerCache>;
  /**
   * Forget all answers that the organization's keys keep.
   *
   * No process gives any of them again after a second.
   */
  clearCache(input?: NoInput, options?: CallOptions): Promise<void>;
}

/** What `billing.listPlans` takes. */
export interface ListPlansInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `billing.listAllPlans` takes. */
export interface ListAllPlansInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `billing.createPlan` takes. */
export interface CreatePlanInput {
  /** The plan's short name, which never changes: `starter` */
  slug: string;
  name: string;
  /** Default: `""` */
  description?: string | undefined;
  /** Of one month */
  priceCents: number;
  /** ISO 4217, in lower case. Default: `"usd"` */
  currency?: string | undefined;
  /** Input and output tokens of a month together; null: not limited. Default: `null` */
  allowanceTokens?: number | null | undefined;
  /** What its calls of models may cost in a month, in micro-dollars; null: not limited. Default: `null` */
  allowanceMicros?: number | null | undefined;
  /** What happens beyond the allowance: calls stop, or go on and are charged for with the next invoice. Default: `"stop"` */
  atLimit?: "stop" | "charge" | undefined;
  /** For each million tokens beyond the allowance; only with `charge`. Default: `null` */
  overageCentsPerMillion?: number | null | undefined;
  /** How many days are free when an organization subscribes for the first time. Default: `0` */
  trialDays?: number | undefined;
  /** Whether organizations may choose it themselves. Default: `true` */
  isOffered?: boolean | undefined;
  /** Its place among the plans, from the least. Default: `100` */
  position?: number | undefined;
}

/** What `billing.getPlan` takes. */
export interface GetPlanInput {
  /** Id with the prefix `pln_` */
  planId: `pln_${string}`;
}

/** What `billing.updatePlan` takes. */
export interface UpdatePlanInput {
  /** Id with the prefix `pln_` */
  planId: `pln_${string}`;
  name?: string | undefined;
  description?: string | undefined;
  /** Of one month */
  priceCents?: number | undefined;
  /** Input and output tokens of a month together; null: not limited */
  allowanceTokens?: number | null | undefined;
  /** What its calls of models may cost in a month, in micro-dollars; null: not limited */
  allowanceMicros?: number | null | undefined;
  /** What happens beyond the allowance: calls stop, or go on and are charged for with the next invoice */
  atLimit?: "stop" | "charge" | undefined;
  /** For each million tokens beyond the allowance; only with `charge` */
  overageCentsPerMillion?: number | null | undefined;
  /** How many days are free when an organization subscribes for the first time */
  trialDays?: number | undefined;
  /** Whether organizations may choose it themselves */
  isOffered?: boolean | undefined;
  /** Its place among the plans, from the least */
  position?: number | undefined;
}

/** What `billing.archivePlan` takes. */
export interface ArchivePlanInput {
  /** Id with the prefix `pln_` */
  planId: `pln_${string}`;
}

/** What `billing.startCheckout` takes. */
export interface StartCheckoutInput {
  /** Id with the prefix `pln_` */
  planId: `pln_${string}`;
}

/** What `billing.updateSubscription` takes. */
export interface UpdateSubscriptionInput {
  /** Change to this plan, at once. With a dearer one a month begins, paid at once but for what is left of the present one; with any other the month goes on, and nothing is given back */
  planId?: `pln_${string}` | undefined;
  /** Let it end with the month, or take that back */
  endsAtPeriodEnd?: boolean | undefined;
}

/** What `billing.listPeriods` takes. */
export interface ListPeriodsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `billing.listSubscriptions` takes. */
export interface ListSubscriptionsInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  /** `trial` and `active` serve; `past_due` serves while a payment is tried again; `suspended` and `cancelled` do not */
  state?: "trial" | "active" | "past_due" | "suspended" | "cancelled" | undefined;
  /** Id with the prefix `org_` */
  organizationId?: `org_${string}` | undefined;
}

/** What `billing.assignPlan` takes. */
export interface AssignPlanInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
  /** Id with the prefix `pln_` */
  planId: `pln_${string}`;
  /** Begin with so many days of trial. Default: `0` */
  trialDays?: number | undefined;
}

/** What `billing.cancelSubscription` takes. */
export interface CancelSubscriptionInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** What `billing.suspendSubscription` takes. */
export interface SuspendSubscriptionInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** What `billing.reactivateSubscription` takes. */
export interface ReactivateSubscriptionInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** What `billing.rollUpPeriods` takes. */
export interface RollUpPeriodsInput {
  /** Id with the prefix `org_` */
  organizationId: `org_${string}`;
}

/** What `billing.listInvoices` takes. */
export interface ListInvoicesInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  state?: "open" | "paid" | "void" | "uncollectible" | undefined;
}

/** What `billing.exportInvoices` takes. */
export interface ExportInvoicesInput {
  /** How many records at most. Default: `200` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
}

/** What `billing.getInvoice` takes. */
export interface GetInvoiceInput {
  /** Id with the prefix `inv_` */
  invoiceId: `inv_${string}`;
}

/** What `billing.getInvoicePdf` takes. */
export interface GetInvoicePdfInput {
  /** Id with the prefix `inv_` */
  invoiceId: `inv_${string}`;
}

/** What `billing.listAllInvoices` takes. */
export interface ListAllInvoicesInput {
  /** How many items at most. Default: `20` */
  limit?: number | undefined;
  /** `nextCursor` of the page before */
  cursor?: string | undefined;
  state?: "open" | "paid" | "void" | "uncollectible" | undefined;
  /** Id with the prefix `org_` */
  organizationId?: `org_${string}` | undefined;
}

/** What `billing.getAnyInvoicePdf` takes. */
export interface GetAnyInvoicePdfInput {
  /** Id with the prefix `inv_` */
  invoiceId: `inv_${string}`;
}

/** What `billing.settleInvoice` takes. */
export interface SettleInvoiceInput {
  /** Id with the prefix `inv_` */
  invoiceId: `inv_${string}`;
  state: "paid" | "void" | "uncollectible";
}

/** Billing. */
export interface BillingClient {
  /**
   * List the plans that an organization may choose, from the least.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listPlans: ListMethod<ListPlansInput, Plan>;
  /**
   * List all plans of the reef, also those that nobody can choose any more.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listAllPlans: ListMethod<ListAllPlansInput, Plan>;
  /**
   * Create a plan.
   *
   * @throws ReefError `billing.plan_exists`
   */
  createPlan(input: CreatePlanInput, options?: CallOptions): Promise<Plan>;
  /**
   * Get a plan.
   *
   * @throws ReefError `billing.plan_not_found`
   */
  getPlan(input: GetPlanInput, options?: CallOptions): Promise<Plan>;
  /**
   * Change a plan.
   *
   * A new allowance holds at once for everybody who has the plan; a new price from each one's next month on. The currency of a plan stays.
   *
   * @throws ReefError `billing.plan_not_found`, `billing.overage_mismatch`, `billing.changed`
   */
  updatePlan(input: UpdatePlanInput, options?: CallOptions): Promise<Plan>;
  /**
   * Archive a plan: nobody can choose it any more, and who has it keeps it.
   *
   * @throws ReefError `billing.plan_not_found`
   */
  archivePlan(input: ArchivePlanInput, options?: CallOptions): Promise<void>;
  /** Tell which plan the organization has, and how it stands. */
  getSubscription(input?: NoInput, options?: CallOptions): Promise<BillingStanding>;
  /**
   * Begin to pay for a plan: answers where to send the browser.
   *
   * Nothing is owed until the payment is made there. The plan holds a moment after it. While an invoice of the organization is open, that one is paid first.
   *
   * @throws ReefError `billing.payments_off`, `billing.plan_not_found`, `billing.already_subscribed`, `billing.invoice_open`, `billing.stripe_failed`
   */
  startCheckout(input: StartCheckoutInput, options?: CallOptions): Promise<{
    /** Where to send the person's browser */
    url: string;
    expiresAt: string | null;
  }>;
  /**
   * Open Stripe's portal, where cards and addresses are changed: answers where to send the browser.
   *
   * @throws ReefError `billing.payments_off`, `billing.not_subscribed`, `billing.stripe_failed`
   */
  openPortal(input?: NoInput, options?: CallOptions): Promise<{
    /** Where to send the person's browser */
    url: string;
    expiresAt: string | null;
  }>;
  /**
   * Change the plan, or let the subscription end with the month.
   *
   * What Stripe must know of is arranged with it within seconds; until then `pendingPlanId` names the plan. What cannot be paid is not changed.
   *
   * @throws ReefError `billing.not_subscribed`, `billing.plan_not_found`, `billing.by_operator`, `billing.orphaned`, `billing.suspended`, `billing.changed`
   */
  updateSubscription(input?: UpdateSubscriptionInput, options?: CallOptions): Promise<Subscription>;
  /**
   * List the months of the organization's subscription with what was used in each, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listPeriods: ListMethod<ListPeriodsInput, BillingPeriod>;
  /**
   * List the subscriptions of all organizations, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listSubscriptions: ListMethod<ListSubscriptionsInput, ListedSubscription>;
  /**
   * Give an organization a plan, without a payment in the reef.
   *
   * Its months begin now; a plan that it has already by an operator is changed at once, and the month goes on.
   *
   * @throws ReefError `identity.organization_not_found`, `billing.plan_not_found`, `billing.paid_by_stripe`
   */
  assignPlan(input: AssignPlanInput, options?: CallOptions): Promise<Subscription>;
  /**
   * End an organization's subscription now.
   *
   * @throws ReefError `billing.not_subscribed`, `billing.paid_by_stripe`
   */
  cancelSubscription(input: CancelSubscriptionInput, options?: CallOptions): Promise<Subscription>;
  /**
   * Suspend an organization's subscription: its calls of models stop until it is reactivated.
   *
   * @throws ReefError `billing.not_subscribed`, `billing.paid_by_stripe`
   */
  suspendSubscription(input: SuspendSubscriptionInput, options?: CallOptions): Promise<Subscription>;
  /**
   * Reactivate an organization's suspended subscription.
   *
   * @throws ReefError `billing.not_subscribed`, `billing.not_suspended`, `billing.paid_by_stripe`
   */
  reactivateSubscription(input: ReactivateSubscriptionInput, options?: CallOptions): Promise<Subscription>;
  /**
   * Sum up the organization's use of its months anew.
   *
   * It is safe to repeat: the sums are made of the calls on record, and only what is on no invoice yet comes on the next one. Done within seconds.
   *
   * @throws ReefError `billing.not_subscribed`
   */
  rollUpPeriods(input: RollUpPeriodsInput, options?: CallOptions): Promise<Subscription>;
  /**
   * List the organization's invoices, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listInvoices: ListMethod<ListInvoicesInput, Invoice>;
  /**
   * Export the organization's invoices as CSV, page by page.
   *
   * Each item is one record of a CSV file (RFC 4180), the first one names the columns; join all with CRLF. Oldest first. A text that a spreadsheet would take for a formula has an apostrophe before it.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  exportInvoices: ListMethod<ExportInvoicesInput, string>;
  /**
   * Get an invoice.
   *
   * @throws ReefError `billing.invoice_not_found`
   */
  getInvoice(input: GetInvoiceInput, options?: CallOptions): Promise<Invoice>;
  /**
   * Get an invoice as a PDF.
   *
   * @throws ReefError `billing.invoice_not_found`
   */
  getInvoicePdf(input: GetInvoicePdfInput, options?: CallOptions): Promise<{
    /** A name for the file */
    name: string;
    /** The file, in standard base64 */
    pdf: string;
  }>;
  /**
   * List the invoices of all organizations, newest first.
   *
   * @throws ReefError `list.invalid_cursor`
   */
  listAllInvoices: ListMethod<ListAllInvoicesInput, ListedInvoice>;
  /**
   * Get an invoice of any organization as a PDF.
   *
   * @throws ReefError `billing.invoice_not_found`
   */
  getAnyInvoicePdf(input: GetAnyInvoicePdfInput, options?: CallOptions): Promise<{
    /** A name for the file */
    name: string;
    /** The file, in standard base64 */
    pdf: string;
  }>;
  /**
   * Say of an open invoice of the reef that it is paid, void or given up.
   *
   * @throws ReefError `billing.invoice_not_found`, `billing.invoice_settled`, `billing.paid_by_stripe`
   */
  settleInvoice(input: SettleInvoiceInput, options?: CallOptions): Promise<Invoice>;
}

/** Every module's client by its name. */
export interface Clients {
  /** How the reef itself is. */
  readonly system: SystemClient;
  /** Agents and people, their organizations, and how they join. */
  readonly identity: IdentityClient;
  /** Groups of agents. */
  readonly permissions: PermissionsClient;
  /** Signatures, and the record of who did what. */
  readonly signing: SigningClient;
  /** What an agent remembers, shares and publishes: diaries and their entries. */
  readonly memory: MemoryClient;
  /** Gateway. */
  readonly gateway: GatewayClient;
  /** Billing. */
  readonly billing: BillingClient;
}

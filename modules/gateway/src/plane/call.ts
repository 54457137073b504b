import type { RedactionKind } from "../contract/captures.ts";
import type { Usage } from "../dialects/conversation.ts";
import type { Price } from "../prices/price.ts";
import type { Operation } from "../providers/provider.ts";

/**
 * The data plane: what happens to one call of a model, from its first byte to its record. Nothing here asks the database on
 * a call's way; what it needs is kept in memory and refreshed beside it.
 */

/** Which budget a call is charged to: one of a key, of its workspace or agent, of the organization or its plan, in one period. */
export interface Charge {
  budgetId: string;
  /** Begin of the period, in milliseconds since 1970; 0 for a budget that never begins anew. */
  periodStart: number;
}

/** What a call may take of a budget, or took. */
export interface Amounts {
  /** Input and output together. */
  tokens: number;
  /** Billionths of a dollar, a thousand to the micro-dollar: so small calls are not rounded away. */
  costNanos: number;
}

/** How a call ended. */
export type Outcome =
  /** The client got all of the answer. */
  | "completed"
  /** The upstream refused, or failed before the client got anything. */
  | "failed"
  /** The stream broke, stalled or turned into an error on its way. */
  | "cut"
  /** The client left before the end. */
  | "abandoned"
  /** This process ended before the call did. */
  | "interrupted"
  /** Answered from the reef's own cache: no upstream was called. It costs nothing, and its tokens are what it saved. */
  | "cached";

/** Who counted the tokens: the provider; or the reef, of what was delivered. */
export type CountedBy = "provider" | "reef";

/** What is known of a call before its upstream is contacted: recorded first, so that no call is ever unknown. */
export interface BegunCall {
  /** UUIDv7: the usage event's id. */
  id: string;
  /** UUIDs, as stored. */
  organizationId: string;
  keyId: string;
  agentId: string | null;
  workspaceId: string | null;
  providerId: string;
  /** The model as the client asked for it: an alias, or its name. */
  requestedModel: string;
  /** The model as its provider calls it. */
  model: string;
  dialect: Operation;
  streamed: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  requestId: string;
  /** What the call costs is reckoned with this price for good; null where none is known, and then it costs nothing. */
  price: Price | null;
  charges: readonly Charge[];
  /** The reef's own estimate, for a call that is interrupted before anybody counted. */
  estimatedInputTokens: number;
}

/** What is known of a call that is over. */
export interface EndedCall {
  id: string;
  outcome: Outcome;
  /** The status that the client got. */
  status: number;
  usage: Usage;
  countedBy: CountedBy;
  costNanos: number;
  latencyMs: number;
  /** Null where nothing was delivered. */
  firstTokenMs: number | null;
  /** How many upstreams were tried, the last included. */
  attempts: number;
  /** The provider that answered, where it is another than the one first tried; with its model and price. */
  providerId: string;
  model: string;
  price: Price | null;
}

/** Why no model is called for an organization. */
export interface Unserved {
  reason: "suspended" | "cancelled" | "not_subscribed";
  /** Of the plan that it has or had; null where it never had one. */
  planName: string | null;
  /** Since when, or from when on, in milliseconds since 1970; 0 for all that is past. */
  since: number;
}

/** A key as the plane knows it. */
export interface PlaneKey {
  /** UUIDs, as stored. */
  id: string;
  organizationId: string;
  agentId: string | null;
  workspaceId: string | null;
  /** Models and aliases that it may ask for; null for all that the organization has. */
  models: ReadonlySet<string> | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  /** Milliseconds since 1970; null for a key without end. */
  expiresAt: number | null;
  /** What is taken out of prompts and answers before these are kept; null for a key that keeps none. */
  capture: readonly RedactionKind[] | null;
  /** How answers are given again; null for a key that never has them. */
  cache: KeyCaching | null;
  /** Ids of the budgets that it draws on, its own first, the organization's and its plan's last. */
  budgets: readonly string[];
  /** Why its organization is not served, or soon will not be; null where it is. */
  unserved: Unserved | null;
}

/** What a key says of answers that are given again. */
export interface KeyCaching {
  exact: boolean;
  /** How alike two questions must be; null where only the same request gets an answer again. */
  threshold: number | null;
  ttlSeconds: number;
  /** Keys with the same one share answers: of one organization, agent and workspace, and with the same setting. */
  partition: string;
}

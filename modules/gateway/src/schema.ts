import type { Connection } from "@reef/db";
import type { Generated, JSONColumnType, Kysely } from "kysely";
import type { KeyCache } from "./contract/cache.ts";
import type { KeyCapture } from "./contract/captures.ts";
import type { Usage } from "./dialects/conversation.ts";
import type { CountedBy, Outcome } from "./plane/call.ts";
import type { Price } from "./prices/price.ts";

/** Tables of the module; every id is a UUID here and a TypeID outside the store. */
export type GatewayTables = {
  "gateway.providers": {
    id: string;
    /** Null for what an operator set up for all organizations. */
    organization_id: string | null;
    kind: string;
    slug: string;
    name: string;
    base_url: string;
    /** What some kinds need besides: a region, an API version. Never a secret. */
    options: JSONColumnType<Record<string, string>>;
    models: JSONColumnType<StoredModel[]>;
    enabled: Generated<boolean>;
    version: Generated<number>;
    created_at: Date;
    updated_at: Date;
  };
  "gateway.provider_keys": {
    id: string;
    provider_id: string;
    label: string;
    /** Sealed with the row's id as context. */
    sealed: string;
    /** The last characters, by which people know it again. */
    hint: string;
    weight: Generated<number>;
    enabled: Generated<boolean>;
    created_at: Date;
  };
  "gateway.aliases": {
    organization_id: string;
    name: string;
    targets: JSONColumnType<StoredTarget[]>;
    version: Generated<number>;
    updated_at: Date;
  };
  "gateway.changes": { organization_id: string; changed_at: Date };
  "gateway.keys": {
    id: string;
    organization_id: string;
    name: string;
    /** SHA-256 of the secret, 32 bytes. */
    hash: Uint8Array;
    hint: string;
    agent_id: string | null;
    workspace_id: string | null;
    models: string[] | null;
    requests_per_minute: number | null;
    tokens_per_minute: number | null;
    capture: JSONColumnType<NonNullable<KeyCapture>> | null;
    cache: JSONColumnType<NonNullable<KeyCache>> | null;
    created_by: string;
    created_by_name: string;
    created_at: Date;
    expires_at: Date | null;
    revoked_at: Date | null;
    last_used_at: Date | null;
    version: Generated<number>;
    changed_at: Date;
  };
  "gateway.budgets": {
    id: string;
    organization_id: string;
    scope: BudgetScope;
    /** The organization's own id where that is the scope. */
    scope_id: string;
    period: BudgetPeriod;
    limit_tokens: number | null;
    limit_nanos: number | null;
    /** The span of a plan's budget; null for all others, whose periods are reckoned. */
    starts_at: Date | null;
    ends_at: Date | null;
    version: Generated<number>;
    created_at: Date;
    updated_at: Date;
  };
  /** How organizations that have, or had, a plan stand with it. */
  "gateway.standings": {
    organization_id: string;
    /** Of what was told last; an earlier one changes nothing. */
    version: number;
    serves: boolean;
    state: string;
    plan_name: string;
    period_end: Date;
    ends_at_period_end: boolean;
    updated_at: Date;
  };
  "gateway.budget_periods": {
    budget_id: string;
    /** 1970 for a budget that never begins anew. */
    period_start: Date;
    used_tokens: Generated<number>;
    used_nanos: Generated<number>;
    held_tokens: Generated<number>;
    held_nanos: Generated<number>;
    warned_at: Date | null;
    exhausted_at: Date | null;
  };
  "gateway.processes": { id: string; host: string; seen_at: Date };
  "gateway.slices": {
    process_id: string;
    budget_id: string;
    period_start: Date;
    /** What is left of it: what was granted less what was charged. Less than nothing where a call took more than it said. */
    tokens: number;
    nanos: number;
    /** All that the process was ever granted of this period, less what it gave back. */
    granted_tokens: number;
    granted_nanos: number;
    /** The number of the process's latest ask. */
    ask: number;
  };
  "gateway.usage_events": {
    id: string;
    organization_id: string;
    key_id: string;
    agent_id: string | null;
    workspace_id: string | null;
    provider_id: string;
    requested_model: string;
    model: string;
    dialect: string;
    streamed: boolean;
    outcome: Outcome;
    status: number;
    input_tokens: number;
    cached_input_tokens: number;
    cache_write_tokens: number;
    output_tokens: number;
    reasoning_tokens: number;
    counted_by: CountedBy;
    price: JSONColumnType<Price> | null;
    cost_nanos: number;
    latency_ms: number;
    first_token_ms: number | null;
    attempts: number;
    request_id: string;
    started_at: Date;
    saved_nanos: Generated<number>;
  };
  "gateway.usage_hours": {
    organization_id: string;
    hour: Date;
    key_id: string;
    agent_id: string | null;
    workspace_id: string | null;
    provider_id: string;
    model: string;
    calls: number;
    failures: number;
    input_tokens: number;
    cached_input_tokens: number;
    output_tokens: number;
    reasoning_tokens: number;
    cost_nanos: number;
    latency_ms: number;
    cached_calls: Generated<number>;
    saved_tokens: Generated<number>;
    saved_nanos: Generated<number>;
  };
  "gateway.capture_settings": {
    organization_id: string;
    enabled: boolean;
    /** Since when, where it is: calls that began before are not kept. */
    enabled_at: Date;
    retention_days: number;
    words: string[];
    version: Generated<number>;
    updated_at: Date;
  };
  "gateway.captures": {
    /** The usage event's id. */
    id: string;
    organization_id: string;
    key_id: string;
    /** Prompt, answer and what was taken out of them, sealed with the id as context. */
    sealed: string;
    captured_at: Date;
    expires_at: Date;
  };
  "gateway.capture_purges": {
    organization_id: string;
    /** The nil UUID for all keys. */
    key_id: string;
    purged_until: Date;
  };
  "gateway.cached_answers": {
    organization_id: string;
    /** HMAC of all that the answer depends on. */
    digest: Uint8Array;
    /** HMAC of the same without the question; null for an answer that only the same request gets. */
    context: Uint8Array | null;
    /** The encoder that made the vector of the question. */
    encoder: string | null;
    vector: string | null;
    /** The answer as it was delivered, sealed with the digest as context. */
    sealed: string;
    form: string;
    source: JSONColumnType<StoredSource>;
    size_bytes: number;
    created_at: Date;
    expires_at: Date;
  };
  "gateway.cache_clears": { organization_id: string; cleared_at: Date };
};

/** Where a cached answer came from, and what it took. */
export interface StoredSource {
  providerId: string;
  slug: string;
  model: string;
  usage: Usage;
  price: Price | null;
}

/** `plan` is the allowance of the organization's plan: no admin changes it. */
export type BudgetScope = "organization" | "workspace" | "agent" | "key" | "plan";
export type BudgetPeriod = "day" | "month" | "total" | "plan";

/** A model that a provider serves, with the organization's own price where it has one. */
export interface StoredModel {
  name: string;
  price?: Price;
}

/** One way of an alias: tried in `order`, and among equals by `weight`. */
export interface StoredTarget {
  providerId: string;
  model: string;
  order: number;
  weight: number;
}

/** The connection, with the module's tables named. */
export const tables = (db: Connection): Kysely<GatewayTables> => db.$extendTables<GatewayTables>();

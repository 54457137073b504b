import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { loadConfig } from "@reef/config";
import { type Id, newId, sha256Hex } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { createEvents, type Events, eventMigrations } from "@reef/events";
import {
  type Authenticator,
  createApp,
  createEventStreams,
  createIdempotency,
  createLimits,
  idempotencyMigrations,
  type PersonCaller,
  serve,
} from "@reef/http";
import { createIdentityModule, identityConfig, identityMigrations } from "@reef/identity";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { sql } from "kysely";
import { signingMigrations } from "../migrations/index.ts";
import { createSigningModule, type SigningModule } from "../module.ts";

/** All that a reef with agents and signatures needs in its database. */
export const testMigrations: Migrations = {
  ...idempotencyMigrations,
  ...eventMigrations,
  ...identityMigrations,
  ...signingMigrations,
};

const PUBLIC_URL = "http://localhost:4200";
const MASTER_SECRET = "a master secret that only tests use";

/** One process of a reef with agents and signatures, answering on a port of its own. */
export interface RunningReef {
  url: string;
  signing: SigningModule;
  events: Events;
  /** Shuts a person out, as when the session ends. */
  shutOut(person: TestPerson): void;
  /** How often it was asked whether a person may still listen. */
  questions(): number;
  /** Moves this process's clock. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

/** Starts one; without `loops` nothing happens in the background, as in a process that was killed right after a change. */
export async function startReef(database: DatabaseHandle, { loops = true, ahead = 0 } = {}): Promise<RunningReef> {
  let offset = ahead;
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() + offset };
  const logger = silentLogger;
  const telemetry = { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger };
  const events = createEvents({ database, logger });
  const limits = createLimits(10_000);
  const shared = { publicUrl: PUBLIC_URL, limits, trustedProxies: 0 };
  const identity = await createIdentityModule({
    ...shared,
    database,
    events,
    telemetry,
    masterSecret: MASTER_SECRET,
    mail: { mailer: { send: async () => {} }, mailbox: undefined },
    config: loadConfig(identityConfig, {}),
    clock,
  });
  const shutOut = new Set<string>();
  let questions = 0;
  const signing = createSigningModule({
    database,
    events,
    identity: identity.api,
    masterSecret: MASTER_SECRET,
    clock,
    telemetry,
    async stillAdmitted({ personId }) {
      questions += 1;
      return !shutOut.has(personId);
    },
  });
  const streams = createEventStreams({ perAddress: 200 });
  const app = createApp({
    ...shared,
    allowedOrigins: [],
    telemetry,
    routes: [...identity.routes, ...signing.routes],
    authenticator: withPeople(identity.api.authenticator),
    streams,
    db: database.kysely,
    recorder: signing.api.recorder,
    idempotency: createIdempotency(MASTER_SECRET),
  });
  identity.mount(app);
  signing.mount(app);
  const supervisor = createSupervisor({ logger });
  if (loops) for (const loop of [events.loop, ...identity.loops, ...signing.loops]) supervisor.start(loop);
  const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl: PUBLIC_URL });
  return {
    url: `http://127.0.0.1:${server.port}`,
    signing,
    events,
    shutOut: ({ id }) => void shutOut.add(id),
    questions: () => questions,
    advance(milliseconds) {
      offset += milliseconds;
    },
    async stop() {
      streams.stop();
      await server.stop(1);
      await supervisor.stop();
    },
  };
}

/** People who are signed in, by their tokens: their side of the identity module as far as this one meets it. */
const signedIn = new Map<string, PersonCaller>();

const withPeople = (agents: Authenticator): Authenticator => ({
  authenticate: (request) =>
    signedIn.get(request.headers.authorization?.slice("Bearer ".length) ?? "") ?? agents.authenticate(request),
});

/** A person who is signed in to one organization. */
export interface TestPerson {
  id: Id<"usr">;
  name: string;
  token: string;
}

/** Signs a new person in as a member of an agent's organization. */
export function signIn({ organizationId }: TestAgent, role: PersonCaller["role"] = "member", name = "Mia"): TestPerson {
  const person = { id: newId("usr"), name, token: randomUUID() };
  signedIn.set(person.token, {
    kind: "person",
    personId: person.id,
    organizationId: organizationId as Id<"org">,
    name,
    role,
    isOperator: false,
    scopes: new Set(["crypto:sign", "audit:read"]),
  });
  return person;
}

/** What a reef sends to a test may be anything, and the test checks it. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
type AnyBody = any;

/** A response with its parsed body. */
export interface Answer {
  status: number;
  body: AnyBody;
}

interface Sent {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function request(
  { url }: RunningReef,
  method: string,
  path: string,
  { token, body, headers = {} }: Sent = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** A key that a test holds. */
export interface TestKey {
  publicKey: string;
  /** Signs bytes that come as base64. */
  sign(signingInput: string): string;
}

export function newKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  return {
    publicKey: `ed25519:${raw.toString("base64")}`,
    sign: (signingInput) => signWith(privateKey, signingInput),
  };
}

const signWith = (key: KeyObject, input: string) => sign(null, Buffer.from(input, "base64"), key).toString("base64");

/** An agent that has joined, with what it needs to act. */
export interface TestAgent {
  id: string;
  organizationId: string;
  name: string;
  fingerprint: string;
  clientSecret: string;
  key: TestKey;
  token: string;
}

/** The founding agent of a new organization: several may be founded, each with a voucher from nowhere. */
export async function found(reef: RunningReef, { kysely }: DatabaseHandle, name = "Founder"): Promise<TestAgent> {
  const code = sha256Hex(randomUUID());
  await sql`
    insert into identity.vouchers (id, code_hash, created_at, expires_at)
    values (${randomUUID()}, ${sha256Hex(code)}, now(), now() + interval '1 hour')`.execute(kysely);
  return join(reef, code, name);
}

/** One more agent of the sponsor's organization. */
export async function joinBy(reef: RunningReef, sponsor: TestAgent, name = "Ada"): Promise<TestAgent> {
  const { body } = await request(reef, "POST", "/api/vouchers", { token: sponsor.token });
  return join(reef, body.code, name);
}

async function join(reef: RunningReef, voucher: string, name: string): Promise<TestAgent> {
  const key = newKey();
  const { publicKey } = key;
  const { body: challenge } = await request(reef, "POST", "/api/agents/challenges", { body: { publicKey } });
  const { nonce, signingInput } = challenge;
  const registration = { name, publicKey, voucher, nonce, signature: key.sign(signingInput) };
  const { status, body } = await request(reef, "POST", "/api/agents", { body: registration });
  assert.equal(status, 201, JSON.stringify(body));
  const { clientSecret } = body.credentials;
  return { ...body.agent, clientSecret, key, token: await tokenOf(reef, body.agent.id, clientSecret) };
}

/** A new access token. */
export async function tokenOf({ url }: RunningReef, clientId: string, clientSecret: string): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  assert.equal(response.status, 200);
  return access_token;
}

/** Creates a signing request. */
export async function askToSign(reef: RunningReef, { token }: TestAgent, message: string): Promise<AnyBody> {
  const { status, body } = await request(reef, "POST", "/api/signing-requests", { token, body: { message } });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** Answers a signing request with a signature. */
export const submit = (reef: RunningReef, { token }: TestAgent, id: string, signature: string): Promise<Answer> =>
  request(reef, "POST", `/api/signing-requests/${id}/sign`, { token, body: { signature } });

/** Has a message signed, from beginning to end. */
export async function signMessage(reef: RunningReef, agent: TestAgent, message: string): Promise<AnyBody> {
  const { id, signingInput } = await askToSign(reef, agent, message);
  const { body } = await submit(reef, agent, id, agent.key.sign(signingInput));
  assert.equal(body.valid, true, JSON.stringify(body));
  return body;
}

export const verify = async (reef: RunningReef, body: object): Promise<AnyBody> =>
  (await request(reef, "POST", "/api/signatures/verify", { body })).body;

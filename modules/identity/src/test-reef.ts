import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer } from "node:net";
import { loadConfig } from "@reef/config";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { createEvents, eventMigrations } from "@reef/events";
import {
  type ActionRecorder,
  createApp,
  createIdempotency,
  createLimits,
  idempotencyMigrations,
  serve,
} from "@reef/http";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { SignJWT } from "jose";
import { sql } from "kysely";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { Challenge, Registration } from "./contract.ts";
import { createIdentityModule, identityConfig, identityMigrations } from "./index.ts";
import type { Mail } from "./people/mailer.ts";

/** All that a running reef with only this module needs in its database. */
export const testMigrations: Migrations = { ...eventMigrations, ...idempotencyMigrations, ...identityMigrations };

export const MASTER_SECRET = "a master secret that only tests use";

/** The real clock, and by how much it is moved. */
interface MovableClock extends Clock {
  advance(milliseconds: number): void;
  /** From now on it is moved by {@link advance} alone, however slow the machine is. */
  freeze(): void;
}

function movableClock(): MovableClock {
  let ahead = 0;
  let running: Clock = systemClock;
  return {
    now: () => running.now() + ahead,
    monotonic: () => running.monotonic() + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
    freeze() {
      const [now, monotonic] = [systemClock.now(), systemClock.monotonic()];
      running = { now: () => now, monotonic: () => monotonic };
    },
  };
}

export interface RunningReef {
  url: string;
  publicUrl: string;
  clock: MovableClock;
  identity: Awaited<ReturnType<typeof createIdentityModule>>;
  /** Every mail that it has sent, the newest last. */
  mails: Mail[];
  stop(): Promise<void>;
}

const telemetry = createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" });

/** The address of a reef that is not started yet, so that several processes of it can share one issuer. */
export async function newPublicUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${address.port}`;
}

/** One process of a reef: this module behind a real server, with its loops and events under a supervisor. */
export async function startReef(options: {
  database: DatabaseHandle;
  publicUrl?: string;
  logger?: Logger;
  limitFactor?: number;
  masterSecret?: string;
  /** Whether OAuth clients may describe themselves at an address of this machine. */
  localClients?: boolean;
  /** False leaves the loops and events off, as in a process that hangs. */
  loops?: boolean;
  /** Further settings, by environment variable. */
  settings?: Record<string, string>;
  recorder?: ActionRecorder;
}): Promise<RunningReef> {
  const { database, logger = silentLogger, limitFactor = 1_000, masterSecret = MASTER_SECRET } = options;
  const publicUrl = options.publicUrl ?? (await newPublicUrl());
  const clock = movableClock();
  const events = createEvents({ database, logger });
  const limits = createLimits(limitFactor);
  const mails: Mail[] = [];
  const identity = await createIdentityModule({
    database,
    events,
    telemetry: { logger },
    masterSecret,
    publicUrl,
    limits,
    trustedProxies: 0,
    mail: { mailer: { send: async (_connection, mail) => void mails.push(mail) }, mailbox: {} },
    config: loadConfig(identityConfig, {
      REEF_OAUTH_LOCAL_CLIENTS: String(options.localClients === true),
      ...options.settings,
    }),
    evenedMs: 0,
    clock,
  });
  const app = createApp({
    publicUrl,
    allowedOrigins: [],
    telemetry: { ...telemetry, logger },
    routes: identity.routes,
    authenticator: identity.api.authenticator,
    organizations: identity.api.organizations,
    db: database.kysely,
    limits,
    idempotency: createIdempotency(masterSecret),
    trustedProxies: 0,
    ...(options.recorder && { recorder: options.recorder }),
  });
  identity.mount(app, options.recorder);
  const supervisor = createSupervisor({ logger });
  if (options.loops !== false) for (const loop of [...identity.loops, events.loop]) supervisor.start(loop);
  const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl });
  return {
    url: `http://127.0.0.1:${server.port}`,
    publicUrl,
    clock,
    identity,
    mails,
    async stop() {
      await server.stop(1);
      await supervisor.stop();
    },
  };
}

/** Empties the tables, so that each test starts with a reef that nobody has joined. */
export async function emptyReef({ kysely }: DatabaseHandle): Promise<void> {
  await sql`
    truncate identity.organizations, identity.people, identity.agents, identity.agent_keys, identity.vouchers,
      identity.signing_keys, identity.used_assertions, identity.oauth_state, identity.verifications,
      identity.attempts, identity.setup_codes, platform.events, platform.idempotency_keys
      cascade`.execute(kysely);
}

/** The private key of an agent that a test plays. */
export interface AgentKey {
  publicKey: string;
  privateKey: KeyObject;
}

export function newAgentKey(): AgentKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  return { publicKey: `ed25519:${raw.toString("base64")}`, privateKey };
}

/** A response with its parsed body. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a server sends to a test may be anything, and the test checks it.
type AnyBody = any;

export async function request(
  reef: RunningReef,
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<AnyBody>> {
  const response = await fetch(`${reef.url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** The body of a registration with a proof that is right. */
export async function registrationBody(reef: RunningReef, key: AgentKey, voucher: string, name = "Ada") {
  const answer = await request(reef, "POST", "/api/agents/challenges", { body: { publicKey: key.publicKey } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { nonce, signingInput } = answer.body as Challenge;
  const signature = signInput(key, signingInput);
  return { name, publicKey: key.publicKey, voucher, nonce, signature };
}

/** A signature over what a challenge asks to sign. */
export const signInput = ({ privateKey }: AgentKey, signingInput: string): string =>
  sign(null, Buffer.from(signingInput, "base64"), privateKey).toString("base64");

/** The body of a rotation to `next` with a proof that is right. */
export async function rotationBody(reef: RunningReef, { token, key }: JoinedAgent, next: AgentKey) {
  const body = { publicKey: next.publicKey };
  const answer = await request(reef, "POST", "/api/agents/whoami/key/challenges", { token, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { nonce, signingInput } = answer.body as Challenge;
  return {
    publicKey: next.publicKey,
    nonce,
    oldSignature: signInput(key, signingInput),
    newSignature: signInput(next, signingInput),
  };
}

/** An agent that has joined, with what it needs to act. */
export interface JoinedAgent extends Registration {
  key: AgentKey;
  token: string;
}

export async function join(reef: RunningReef, voucher: string, name?: string): Promise<JoinedAgent> {
  const key = newAgentKey();
  const answer = await request(reef, "POST", "/api/agents", { body: await registrationBody(reef, key, voucher, name) });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const registration = answer.body as Registration;
  const token = await tokenBySecret(reef, registration.credentials.clientId, registration.credentials.clientSecret);
  return { ...registration, key, token: token.body.access_token };
}

/** The first agent of a reef. */
export async function found(reef: RunningReef): Promise<JoinedAgent> {
  const code = await reef.identity.api.issueFoundingVoucher();
  assert.ok(code);
  return join(reef, code, "Founder");
}

/** One more agent, vouched for by `sponsor`. */
export async function joinBy(reef: RunningReef, sponsor: JoinedAgent, name?: string): Promise<JoinedAgent> {
  const issued = await request(reef, "POST", "/api/vouchers", { token: sponsor.token });
  assert.equal(issued.status, 201, JSON.stringify(issued.body));
  return join(reef, issued.body.code, name);
}

/** A second organization's founding voucher, which a reef gives out only once. */
export async function insertFoundingVoucher({ kysely }: DatabaseHandle, codeHash: string): Promise<void> {
  await sql`
    insert into identity.vouchers (id, code_hash, created_at, expires_at)
    values (${randomUUID()}, ${codeHash}, now(), now() + interval '1 hour')`.execute(kysely);
}

export async function requestToken(
  reef: RunningReef,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer<AnyBody>> {
  const response = await fetch(`${reef.url}/oauth2/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

export const tokenBySecret = (reef: RunningReef, clientId: string, clientSecret: string, form = {}) =>
  requestToken(reef, form, {
    Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
  });

/** A client assertion (RFC 7523) for the reef, signed with the agent's key. */
export function clientAssertion(
  clientId: string,
  key: AgentKey,
  audience: string | string[],
  { alg = "EdDSA", expiresIn = "1m", jti = randomUUID() } = {},
): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .setJti(jti)
    .sign(key.privateKey);
}

export const tokenByAssertion = (reef: RunningReef, assertion: string, form = {}) =>
  requestToken(reef, {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    ...form,
  });

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createServerDatabase, testServerUrl } from "@reef/testing";
import { modelOfCall, startCountedUpstream, tokensOfCall } from "../support/counted-upstream.ts";
import { type Credentials, setUp } from "../support/people.ts";
import { startReefProcess } from "../support/reef-process.ts";

const KILLS = 3;
const CLIENTS = 8;
/** Answers that clients get whole between two ends of the process: at random from these on, so many more at most. */
const LEAST_ANSWERS = 15;
const MORE_ANSWERS = 60;
/** Usage is on record within a second, unless the machine is busy. */
const POLL_MS = 250;
const MOST_TRIES = 240;

interface UsageEvent {
  model: string;
  outcome: string;
  inputTokens: number;
  outputTokens: number;
  countedBy: string;
}

/** What the clients know of their calls. */
interface Ledger {
  /** Calls whose answers came whole. */
  received: Set<number>;
  /** Calls that broke off, or were not answered: their process was gone, or had just ended. */
  broken: Set<number>;
}

describe("the gateway's record of calls", { concurrency: true }, () => {
  it("OC17: kill -9 under load loses no call and counts none twice, on an embedded database", () =>
    journey({ REEF_GATEWAY_REQUESTS_PER_SECOND: "100000", REEF_RATE_LIMIT_FACTOR: "1000" }));

  const skip = testServerUrl === undefined && "REEF_TEST_DATABASE_URL names no Postgres";
  it("OC17: kill -9 under load loses no call and counts none twice, on Postgres", { skip }, async () => {
    const database = await createServerDatabase(String(testServerUrl), {});
    try {
      await journey({
        DATABASE_URL: database.url,
        REEF_SECRET: "c".repeat(64),
        REEF_GATEWAY_REQUESTS_PER_SECOND: "100000",
        REEF_RATE_LIMIT_FACTOR: "1000",
      });
    } finally {
      await database.drop();
    }
  });
});

/** Calls, kills and starts anew, several times; then compares what is on record with what was received. */
async function journey(environment: Record<string, string>): Promise<void> {
  const upstream = await startCountedUpstream();
  let reef = await startReefProcess({ environment });
  const { url, dataFolder, setupCode } = reef;
  const { byToken } = await setUp(url, setupCode ?? "");
  const ask = askAs(url, byToken);
  const provider = { kind: "openai-compatible", slug: "counted", baseUrl: upstream.baseUrl, models: [] };
  await ask("POST", "/api/admin/providers", provider);
  const key = await ask("POST", "/api/keys", { name: "chaos" });
  const budget = { scope: "key", scopeId: key.id, period: "total", limitTokens: 1_000_000_000 };
  const { id: budgetId } = await ask("POST", "/api/budgets", budget);

  const ledger: Ledger = { received: new Set(), broken: new Set() };
  const load = startLoad(url, key.secret, ledger);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const enough = ledger.received.size + LEAST_ANSWERS + Math.floor(Math.random() * MORE_ANSWERS);
    while (ledger.received.size < enough || upstream.held() === 0) await load.next();
    await reef.kill();
    reef = await startReefProcess({ environment, dataFolder, port: Number(new URL(url).port) });
  }
  const enough = ledger.received.size + LEAST_ANSWERS;
  while (ledger.received.size < enough) await load.next();
  upstream.release();
  await load.stop();

  await compare(ask, budgetId, ledger, new Set(upstream.asked));
  assert.equal(await reef.stop(), 0);
  upstream.stop();
}

async function compare(ask: Ask, budgetId: string, ledger: Ledger, asked: ReadonlySet<number>): Promise<void> {
  const all = await settledEvents(ask, budgetId, ledger, asked);
  const byCall = new Map<number, UsageEvent>();
  for (const event of all) {
    const call = Number(event.model.replace("call-", ""));
    assert.ok(!byCall.has(call), `call ${call} is on record twice`);
    byCall.set(call, event);
  }
  for (const call of ledger.received) {
    const { outcome, countedBy, inputTokens, outputTokens } = byCall.get(call) ?? {};
    const expected = { outcome: "completed", countedBy: "provider", ...tokensOfCall(call) };
    assert.deepEqual({ outcome, countedBy, inputTokens, outputTokens }, expected, `call ${call}`);
  }
  assert.deepEqual(
    [...asked].filter((call) => !byCall.has(call)),
    [],
    "each call that reached the upstream is on record",
  );
  // A process that ends takes one call of each client along at most: those were in flight.
  const inFlight = [...byCall.keys()].filter((call) => !ledger.received.has(call));
  assert.ok(inFlight.length <= KILLS * CLIENTS, `${inFlight.length} calls are on record that nobody received`);
  for (const call of inFlight) {
    assert.ok(ledger.broken.has(call), `call ${call} is on record, and nobody made it`);
    assert.match(String(byCall.get(call)?.outcome), /^(?:interrupted|completed|abandoned)$/);
  }
  const interrupted = all.filter(({ outcome }) => outcome === "interrupted");
  assert.ok(interrupted.length > 0, "no call was in flight: the processes ended at moments that prove nothing");
}

/** The usage events, when as many as there must be are there, and the budget counts what they do. */
async function settledEvents(
  ask: Ask,
  budgetId: string,
  { received }: Ledger,
  asked: ReadonlySet<number>,
): Promise<UsageEvent[]> {
  let all: UsageEvent[] = [];
  let [used, sum] = [0, 0];
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    all = await listEvents(ask);
    sum = all.reduce((total, { inputTokens, outputTokens }) => total + inputTokens + outputTokens, 0);
    used = (await ask("GET", `/api/budgets/${budgetId}`)).usedTokens;
    const recorded = new Set(all.map(({ model }) => model));
    const isThere = (call: number) => recorded.has(modelOfCall(call));
    if (used === sum && [...received, ...asked].every(isThere)) return all;
    await sleep(POLL_MS);
  }
  assert.equal(used, sum, "the budget's use is that of the events");
  return all;
}

async function listEvents(ask: Ask): Promise<UsageEvent[]> {
  const found: UsageEvent[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await ask("GET", `/api/usage/events?limit=100${after}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

interface Load {
  /** Resolves when one more call is over. */
  next(): Promise<void>;
  /** Resolves when the calls in flight are over, and none is made any more. */
  stop(): Promise<void>;
}

/** Clients that call on and on, each one call at a time, every second one as a stream. */
function startLoad(url: string, secret: string, ledger: Ledger): Load {
  let isStopped = false;
  let calls = 0;
  let over = Promise.withResolvers<void>();

  async function callOnAndOn(): Promise<void> {
    while (!isStopped) {
      calls += 1;
      const call = calls;
      const isReceived = await callOnce(url, secret, call).catch(() => false);
      (isReceived ? ledger.received : ledger.broken).add(call);
      const last = over;
      over = Promise.withResolvers();
      last.resolve();
      // While no process listens, there is no hurry.
      if (!isReceived) await sleep(50);
    }
  }

  const clients = Array.from({ length: CLIENTS }, callOnAndOn);
  return {
    next: () => over.promise,
    async stop() {
      isStopped = true;
      await Promise.all(clients);
    },
  };
}

/** Whether the answer came whole. */
async function callOnce(url: string, secret: string, call: number): Promise<boolean> {
  const stream = call % 2 === 0;
  const body = { model: `counted/${modelOfCall(call)}`, stream, messages: [{ role: "user", content: "The tide?" }] };
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) return false;
  return stream ? text.endsWith("data: [DONE]\n\n") : JSON.parse(text).object === "chat.completion";
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route's schema describes.
type Ask = (method: string, path: string, body?: object) => Promise<any>;

const askAs =
  (url: string, credentials: Credentials): Ask =>
  async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...credentials },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };

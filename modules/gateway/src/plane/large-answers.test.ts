import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { findProviderKind } from "../providers/index.ts";
import { describeGateway } from "../test/composed-gateway.ts";
import { spellers, USAGE } from "../test/provider-answers.ts";
import { endpointOf } from "./endpoints.ts";
import { createLargeRequests } from "./large-requests.ts";
import { joinBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { type AnsweredCall, spellAnswer } from "./spell-answer.ts";
import { findWays } from "./ways.ts";

const LINE = 'Ünïcode 日本語 🪸, a tab\t, "quotes", a backslash \\ and { brackets ]. ';
/** More than half a megabyte. */
const TEXT = LINE.repeat(8_000);
const REPLY = { text: TEXT, call: { id: "call_1", name: "look_up", arguments: { word: LINE } } };
const MESSAGES = [{ role: "user", content: "Tell me all." }];
const BODIES = {
  "/v1/chat/completions": { model: "small", messages: MESSAGES, max_tokens: 10 },
  "/v1/responses": { model: "small", input: "Tell me all.", max_output_tokens: 10, instructions: "Be long." },
  "/v1/messages": { model: "small", messages: MESSAGES, max_tokens: 10 },
};
const PATHS = Object.keys(BODIES) as (keyof typeof BODIES)[];
const KINDS = ["openai-compatible", "openai", "anthropic", "gemini"];
const DIALECTS = ["openai-chat", "openai-responses", "anthropic"] as const;
/** A batch of vectors, as large as they are. */
const VECTORS = Array.from({ length: 200 }, (_, row) => Array.from({ length: 512 }, (_, at) => (row - at) / 1_024));

const shared = (text: string): Promise<Buffer> | Buffer => joinBody([Buffer.from(text)], Buffer.byteLength(text));

function kindOf(name: string) {
  const kind = findProviderKind(name);
  assert.ok(kind);
  return kind;
}

/** Ids and times are made anew with each answer. */
const settled = (body: Buffer): string =>
  body
    .toString("utf8")
    .replaceAll(/\b(chatcmpl|resp|msg|rs|fc|call|toolu)[-_]\w+/g, "$1")
    .replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":0');

describe("large answers", () => {
  const large = createLargeRequests();
  after(() => large.close());

  const answered = (fields: Partial<AnsweredCall>): AnsweredCall => ({
    operation: "openai-chat",
    model: "small",
    streamed: false,
    echo: () => ({ instructions: "Be long." }),
    createdSeconds: 1_700_000_000,
    slug: "one",
    ...fields,
  });

  for (const kind of KINDS.map(kindOf)) {
    for (const operation of DIALECTS) {
      it(`OC14: what the thread spells is what the loop would: ${operation} at ${kind.kind}`, async () => {
        for (const way of findWays(endpointOf(operation), kind)) {
          const dialect = way.operation as keyof typeof spellers;
          for (const usage of [USAGE, null]) {
            const bytes = await shared(JSON.stringify(spellers[dialect].whole({ ...REPLY, usage }, "small")));
            for (const streamed of [false, true]) {
              const call = answered({ operation, streamed });
              const there = await large.spellAnswer(bytes, call, way, kind);
              const here = spellAnswer(bytes, call, way, kind);
              assert.ok(there.kind === "body" && here.kind === "body");
              assert.equal(settled(there.body), settled(here.body));
              assert.deepEqual({ ...there, body: "" }, { ...here, body: "" });
              assert.equal(there.usage === undefined, usage === null);
            }
          }
        }
      });
    }
  }

  it("an error under the status 200, and what is no answer, are told as on the loop", async () => {
    const kind = kindOf("openai-compatible");
    const [way] = findWays(endpointOf("anthropic"), kind);
    assert.ok(way);
    const call = answered({ operation: "anthropic" });
    for (const [text, found] of [
      [JSON.stringify({ error: { message: LINE.repeat(8_000), code: 429 } }), "refused"],
      [`{"choices":[${"{},".repeat(200_000)}`, "unreadable"],
    ] as const) {
      const bytes = await shared(text);
      const there = await large.spellAnswer(bytes, call, way, kind);
      assert.equal(there.kind, found);
      assert.deepEqual(there, spellAnswer(bytes, call, way, kind));
    }
  });

  it("what may wait is bounded: beyond it an answer is not spelled", async () => {
    const bounded = createLargeRequests({ mostBytes: 1_000 });
    const kind = kindOf("openai-compatible");
    const [way] = findWays(endpointOf("openai-chat"), kind);
    assert.ok(way);
    const bytes = await shared(JSON.stringify(spellers["openai-chat"].whole(REPLY, "small")));
    const spell = () => bounded.spellAnswer(bytes, answered({}), way, kind);
    const [first, second] = await Promise.allSettled([spell(), spell()]);
    assert.equal(first?.status, "fulfilled");
    assert.ok(second?.status === "rejected" && second.reason instanceof Refusal);
    await bounded.close();
  });
});

describeGateway("large answers through the plane", ({ setUp }) => {
  for (const kind of KINDS) {
    for (const stream of [false, true]) {
      it(`OC14: answers of half a megabyte come whole from ${kind} in every dialect, and are metered, ${stream ? "as a stream" : "in one piece"}`, async () => {
        const { provider, tenant, key } = await setUp({ kind });
        provider.script = { text: TEXT, wholly: true };
        for (const path of PATHS) {
          const answer = await key.post(path, { ...BODIES[path], stream });
          assert.equal(answer.status, 200, path);
          assert.match(answer.headers.get("content-type") ?? "", stream ? /event-stream/ : /json/);
          assert.ok((await answer.text()).includes(JSON.stringify(TEXT).slice(1, -1)), path);
        }
        for (const event of await tenant.events(3))
          assert.deepEqual([event.outcome, event.outputTokens], ["completed", USAGE.output]);
      });
    }
  }

  it("OC14: a batch of vectors comes as it is, and its input is metered", async () => {
    const { provider, tenant, key } = await setUp();
    const data = VECTORS.map((embedding, index) => ({ object: "embedding", index, embedding }));
    const body = JSON.stringify({ object: "list", data, model: "small", usage: { prompt_tokens: 9, total_tokens: 9 } });
    provider.script = { raw: { contentType: "application/json", body } };
    const answer = await key.post("/v1/embeddings", { model: "small", input: "Hi" });
    assert.equal(await answer.text(), body);
    const [event] = await tenant.events(1);
    assert.deepEqual([event?.inputTokens, event?.outputTokens, event?.countedBy], [9, 0, "provider"]);
  });

  it("OC17: vectors of which the provider counted nothing are no output, however many they are", async () => {
    const compatible = await setUp();
    const gemini = await setUp({ kind: "gemini" });
    const texts = VECTORS.map(() => "Hi");
    for (const [{ provider, tenant, key }, answer] of [
      [compatible, { data: VECTORS.map((embedding, index) => ({ object: "embedding", index, embedding })) }],
      [gemini, { embeddings: VECTORS.map((values) => ({ values })) }],
    ] as const) {
      provider.script = { raw: { contentType: "application/json", body: JSON.stringify(answer) } };
      const { data } = await key.openai.embeddings.create({ model: "small", input: texts, encoding_format: "float" });
      assert.deepEqual(
        data.map(({ embedding }) => embedding),
        VECTORS,
      );
      const [event] = await tenant.events(1);
      assert.deepEqual([event?.outcome, event?.outputTokens, event?.countedBy], ["completed", 0, "reef"]);
      assert.ok(Number(event?.inputTokens) > 0);
    }
  });
});

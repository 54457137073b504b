import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { BadPrompt } from "../dialects/conversation.ts";
import { providerKinds } from "../providers/index.ts";
import { describeGateway } from "../test/composed-gateway.ts";
import { USAGE } from "../test/provider-answers.ts";
import { readAsked } from "./asked.ts";
import { endpointOf } from "./endpoints.ts";
import { createLargeRequests } from "./large-requests.ts";
import type { Target } from "./parts.ts";
import type { RunningCall } from "./running-call.ts";
import { BadBody } from "./scan-request.ts";
import { findWays, spell } from "./ways.ts";

const LINE = 'Ünïcode 日本語 🪸, a tab\t, "quotes", a backslash \\ and { brackets ]. ';
/** Some two megabytes, of many turns and one long text. */
const MESSAGES = [
  ...Array.from({ length: 4_000 }, (_, index) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content: `${index}: ${LINE.repeat(4)}`,
  })),
  { role: "user", content: LINE.repeat(5_000) },
];
const BODIES = {
  "openai-chat": { model: "small", messages: MESSAGES, max_tokens: 10, unknown_field: { kept: [1, 2] } },
  "openai-responses": { model: "small", input: MESSAGES, max_output_tokens: 10, instructions: "Be brief.", top_p: 0.5 },
  anthropic: { model: "small", messages: MESSAGES, max_tokens: 10, system: "Be brief." },
};
const PATHS = { "openai-chat": "/v1/chat/completions", "openai-responses": "/v1/responses", anthropic: "/v1/messages" };
const DIALECTS = Object.keys(BODIES) as (keyof typeof BODIES)[];

const sharedBody = (body: unknown): Buffer => {
  const text = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const shared = Buffer.from(new SharedArrayBuffer(text.length));
  text.copy(shared);
  return shared;
};

describe("large requests", () => {
  const large = createLargeRequests();
  after(() => large.close());

  for (const dialect of DIALECTS) {
    it(`OC14: what the thread reads and spells is what the loop would: ${dialect}, for every kind of provider`, async () => {
      const endpoint = endpointOf(dialect);
      const body = sharedBody(BODIES[dialect]);
      const asked = await large.read(body, endpoint);
      const { body: sameBody, request: _request, echo, ...fields } = asked;
      const { body: _body, request: _other, echo: _echo, ...expected } = readAsked(body, endpoint);
      assert.equal(sameBody, body);
      assert.deepEqual(fields, expected);
      assert.deepEqual(
        echo(),
        dialect === "openai-responses" ? { max_output_tokens: 10, instructions: "Be brief.", top_p: 0.5 } : {},
      );
      for (const kind of providerKinds.filter(({ library }) => library === undefined).slice(0, 5)) {
        const ways = findWays(endpoint, kind);
        const call = { asked, endpoint } as RunningCall;
        for (const model of ["small", "another"]) {
          const target = { provider: { kind }, model, maxOutputTokens: 100 } as Target;
          const spelled = await large.spell(ways, call, target);
          const here = spell(ways, call, target);
          assert.equal(spelled.way, here.way);
          assert.ok(spelled.body.equals(here.body), `${kind.kind}: ${model}`);
        }
      }
    });
  }

  it("a body that is no JSON, or that cannot be said in the provider's dialect, is refused as on the loop", async () => {
    const endpoint = endpointOf("openai-chat");
    await assert.rejects(large.read(sharedBody("[]"), endpoint), BadBody);
    await assert.rejects(large.read(sharedBody('{"model":"a","model":"b"}'), endpoint), BadBody);
    const kind = providerKinds.find(({ kind: name }) => name === "anthropic");
    assert.ok(kind);
    const asked = await large.read(sharedBody({ model: "small", messages: "none" }), endpoint);
    const target = { provider: { kind }, model: "small", maxOutputTokens: 10 } as Target;
    const refused = large.spell(findWays(endpoint, kind), { asked, endpoint } as RunningCall, target);
    await assert.rejects(refused, (error) => error instanceof BadPrompt && error.path === "messages");
  });

  it("what may wait is bounded: beyond it a request is refused for a moment, and one at a time is always taken", async () => {
    const bounded = createLargeRequests({ mostBytes: 1_000 });
    const body = sharedBody({ model: "small", messages: [{ role: "user", content: LINE.repeat(100) }] });
    const endpoint = endpointOf("openai-chat");
    const [first, second] = await Promise.allSettled([bounded.read(body, endpoint), bounded.read(body, endpoint)]);
    assert.equal(first?.status, "fulfilled");
    assert.equal(second?.status === "rejected" && second.reason.failure.status, 503);
    assert.equal((await bounded.read(body, endpoint)).model, "small");
    await bounded.close();
  });

  it("a request that takes more memory than the thread has ends the thread, and the next one gets another", async () => {
    const endpoint = endpointOf("openai-chat");
    const kind = providerKinds.find(({ kind: name }) => name === "anthropic");
    assert.ok(kind);
    const target = { provider: { kind }, model: "small", maxOutputTokens: 10 } as Target;
    const ways = findWays(endpoint, kind);
    const asked = await large.read(sharedBody(`{"model":"small","x":[${"{},".repeat(10_000_000)}{}]}`), endpoint);
    const outcome = await large.spell(ways, { asked, endpoint } as RunningCall, target).then(
      () => "spelled",
      (error) => error.constructor.name,
    );
    assert.ok(["Refusal", "BadPrompt", "BadBody"].includes(outcome), outcome);
    assert.equal((await large.read(sharedBody(BODIES.anthropic), endpointOf("anthropic"))).model, "small");
  });
});

describeGateway("large requests through the plane", ({ setUp }) => {
  for (const kind of ["openai-compatible", "openai", "anthropic", "gemini"]) {
    for (const stream of [false, true]) {
      it(`OC14: conversations of megabytes reach ${kind} from every dialect, and are metered, ${stream ? "streamed" : "whole"}`, async () => {
        const { provider, tenant, key } = await setUp({ kind });
        for (const dialect of DIALECTS) {
          const body = JSON.stringify({ ...BODIES[dialect], stream });
          const answer = await key.post(PATHS[dialect], body);
          assert.equal(answer.status, 200, dialect);
          assert.match(await answer.text(), /Good/);
          const received = provider.calls.at(-1);
          assert.ok(received?.text.includes("3999: Ünïcode 日本語 🪸"), dialect);
          if (received?.path === PATHS[dialect] && dialect !== "openai-chat") assert.equal(received.text, body);
          if (received?.path === PATHS[dialect]) assert.deepEqual(received.body.messages, JSON.parse(body).messages);
        }
        for (const event of await tenant.events(3))
          assert.deepEqual([event.outcome, event.inputTokens], ["completed", USAGE.input]);
      });
    }
  }

  it("OC14: one that a provider refuses is sent whole to the next", async () => {
    const { provider, key } = await setUp({ secrets: ["sk-one-of-two-keys", "sk-two-of-two-keys"] });
    const body = JSON.stringify(BODIES["openai-chat"]);
    provider.script = () => (provider.calls.length === 1 ? { refuses: { status: 503, body: {} } } : { text: "Good." });
    const answer = await key.post(PATHS["openai-chat"], body);
    assert.equal(answer.status, 200);
    assert.deepEqual(
      provider.calls.map(({ text }) => text),
      [body, body],
    );
  });
});

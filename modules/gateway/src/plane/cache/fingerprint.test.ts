import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAsked } from "../asked.ts";
import { endpointOf } from "../endpoints.ts";
import { fingerprintOf } from "./fingerprint.ts";

const KEY = new Uint8Array(32);
const CACHING = { exact: true, threshold: 0.9, ttlSeconds: 60, partition: "one" };

/** By what a request of chat, as it is written, is known again. */
function printOf(text: string) {
  const endpoint = endpointOf("openai-chat");
  const asked = readAsked(Buffer.from(text), endpoint);
  return fingerprintOf(KEY, CACHING, { asked, endpoint, route: { targets: [] }, forwarded: {} });
}

const chat = (...messages: object[]): string => JSON.stringify({ model: "small", messages });
const contextOf = (text: string) => printOf(text)?.question?.context.toString("hex");

describe("what a request is known again by", () => {
  it("a request with a field twice is not cached, since its provider may read the other one", () => {
    const turn = (text: string) => `[{"role":"user","content":"${text}"}]`;
    const twice = [
      `{"model":"small","messages":${turn("Is the tide high: yes?")},"messages":${turn("Is it low?")}}`,
      '{"model":"small","messages":[{"role":"user","content":"Is the tide high?","content":"Is it low?"}]}',
      '{"model":"small","messages":[],"seed":1,"\\u0073eed":2}',
    ];
    for (const text of twice) assert.equal(printOf(text), undefined, text);
    const once = { model: "small", stop: ['"seed":1,', "\\"], messages: [{ role: "user", content: 'Is it: "high"?' }] };
    assert.ok(printOf(JSON.stringify(once)));
    assert.ok(printOf(JSON.stringify(once, null, 2)));
  });

  it("a question in other words is alike only where all else that was sent is the same", () => {
    const question = { role: "user", content: "When is the tide high?" };
    const plain = contextOf(chat(question));
    assert.ok(plain);
    assert.equal(contextOf(chat({ role: "user", content: "At what time is the tide high?" })), plain);
    assert.notEqual(contextOf(chat({ ...question, name: "ada" })), plain, "who asks");
    assert.notEqual(contextOf(chat({ ...question, name: "ada" })), contextOf(chat({ ...question, name: "bob" })));
    const rule = { role: "system", content: "Answer in verse." };
    assert.notEqual(contextOf(chat(rule, question)), plain, "the instructions");
    assert.notEqual(
      contextOf(chat({ role: "user", content: "Hello" }, rule, question)),
      contextOf(chat(rule, { role: "user", content: "Hello" }, question)),
      "their order",
    );
    const marked = {
      role: "user",
      content: [{ type: "text", text: "When is it high?", cache_control: { type: "ephemeral" } }],
    };
    const unmarked = { role: "user", content: [{ type: "text", text: "At what time is it high?" }] };
    assert.equal(contextOf(chat(marked)), contextOf(chat(unmarked)), "what a provider is to keep");
  });
});

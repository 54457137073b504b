import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { providerDialects } from "../dialects/index.ts";
import { findProviderKind, providerKinds } from "./index.ts";
import type { Operation } from "./provider.ts";

describe("the table of providers", () => {
  it("has every kind once, and finds it by its name", () => {
    for (const kind of providerKinds) {
      assert.match(kind.kind, /^[a-z]+(?:-[a-z]+)*$/);
      assert.equal(findProviderKind(kind.kind), kind);
    }
    assert.equal(new Set(providerKinds.map(({ title }) => title)).size, providerKinds.length);
    assert.equal(findProviderKind("toString"), undefined);
  });

  for (const kind of providerKinds) {
    it(`${kind.kind} can be called: its addresses, key and settings fit together`, () => {
      if (kind.baseUrl !== undefined) {
        assert.ok(!kind.baseUrl.endsWith("/"));
        const { protocol, hostname } = new URL(kind.baseUrl);
        assert.equal(protocol, hostname === "localhost" ? "http:" : "https:");
      }
      assert.match(kind.auth, /^(?:bearer|none|[a-z]+(?:-[a-z]+)*)$/);
      assert.match(kind.environmentKey ?? "A_KEY", /^[A-Z]+(?:_[A-Z]+)+$/);
      const operations = Object.entries(kind.speaks);
      assert.ok(operations.length > 0);
      for (const [operation, endpoint] of operations) {
        for (const streamed of [true, false]) {
          const path = endpoint.path({ model: "maker/a model?x=1&y#z", streamed, options: {} });
          assert.match(path, /^\/[^\s#]*$/);
          assert.ok(!path.includes("a model") && !path.includes("x=1"), `${operation} escapes the model in ${path}`);
        }
      }
      assert.equal(kind.models?.path.startsWith("/") ?? true, true);
      const spoken = operations.some(([operation]) => Object.hasOwn(providerDialects, operation));
      assert.ok(spoken || kind.library !== undefined, "something can be translated for it");
    });
  }

  it("no two kinds take the same variable", () => {
    const variables = providerKinds.flatMap(({ environmentKey }) => environmentKey ?? []);
    assert.equal(new Set(variables).size, variables.length);
  });

  const pathOf = (kind: string, operation: Operation, options: Record<string, string> = {}, streamed = false) =>
    findProviderKind(kind)?.speaks[operation]?.path({ model: "m-1", streamed, options });

  it("Azure is called by its undated API, or by the dated one with the deployment in the path", () => {
    const dated = { apiVersion: "2024-10-21" };
    assert.equal(pathOf("azure", "openai-chat"), "/openai/v1/chat/completions");
    assert.equal(pathOf("azure", "openai-responses"), "/openai/v1/responses");
    assert.equal(
      pathOf("azure", "openai-chat", dated),
      "/openai/deployments/m-1/chat/completions?api-version=2024-10-21",
    );
    assert.equal(pathOf("azure", "openai-responses", dated), "/openai/responses?api-version=2024-10-21");
  });

  it("Gemini is called by what it shall do with the model", () => {
    assert.equal(pathOf("gemini", "gemini"), "/v1beta/models/m-1:generateContent");
    assert.equal(pathOf("gemini", "gemini", {}, true), "/v1beta/models/m-1:streamGenerateContent?alt=sse");
    assert.equal(pathOf("gemini", "embeddings"), "/v1beta/models/m-1:batchEmbedContents");
  });

  it("lists of models are read in the form of each, and anything else as none", () => {
    const list = (kind: string, body: unknown) => findProviderKind(kind)?.models?.read(body);
    assert.deepEqual(list("openai", { data: [{ id: "gpt-5.2" }, { id: 7 }, null] }), ["gpt-5.2"]);
    assert.deepEqual(list("together", [{ id: "a/b" }]), ["a/b"]);
    const models = [
      { name: "models/gemini-3-flash", supportedGenerationMethods: ["generateContent"] },
      { name: "models/veo", supportedGenerationMethods: ["predictLongRunning"] },
    ];
    assert.deepEqual(list("gemini", { models }), ["gemini-3-flash"]);
    for (const body of [undefined, null, 7, {}, { data: {} }]) {
      assert.deepEqual([list("openai", body), list("gemini", body)], [[], []]);
    }
  });
});

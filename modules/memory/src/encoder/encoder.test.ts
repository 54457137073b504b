import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Worker } from "node:worker_threads";
import { ConfigError } from "@reef/config";
import type { Encoder } from "./encoder.ts";
import { createEncoder } from "./index.ts";

const cosine = (left: Float32Array | undefined, right: Float32Array | undefined): number =>
  Array.from(left ?? []).reduce((sum, value, index) => sum + value * (right?.[index] ?? 0), 0);

/** What every encoder keeps, whatever is behind it. */
function describeEncoder(name: string, create: () => Encoder): void {
  describe(`the encoder ${name}`, () => {
    let encoder: Encoder;
    before(() => {
      encoder = create();
    });
    after(() => encoder.close());

    it("gives one unit vector a text, in order, and the same for the same text", async () => {
      const [first, second, again] = await encoder.embed(["a calm sea", "a loud road", "a calm sea"], "passage");
      assert.ok(Math.abs(cosine(first, first) - 1) < 1e-3);
      assert.ok(Math.abs(cosine(first, again) - 1) < 1e-3);
      assert.ok(cosine(first, second) < 0.999);
    });

    it("finds texts of one meaning more alike than others", async () => {
      const [query] = await encoder.embed(["How do I reset my password?"], "query");
      const [near, far] = await encoder.embed(
        ["Changing a forgotten password", "The ship left the harbour"],
        "passage",
      );
      assert.ok(cosine(query, near) > cosine(query, far));
    });

    it("answers a query although many passages wait", async () => {
      const passages = encoder.embed(
        Array.from({ length: 40 }, (_, index) => `passage number ${index}`),
        "passage",
      );
      const first = await Promise.race([
        passages.then(() => "passages"),
        encoder.embed(["urgent"], "query").then(() => "query"),
      ]);
      assert.equal(first, "query");
      await passages;
    });
  });
}

describeEncoder("that is built in", () => createEncoder({ REEF_ENCODER: "builtin" }) ?? assert.fail());

describe("the encoder's thread", () => {
  /** The threads that this process starts, as Node tells of them. */
  const threads: Worker[] = [];
  const note = (message: unknown) => void threads.push((message as { worker: Worker }).worker);
  before(() => subscribe("worker_threads", note));
  after(() => unsubscribe("worker_threads", note));

  it("fails what it was at when it dies, and what waits is answered by the next one", async () => {
    const encoder = createEncoder({ REEF_ENCODER: "builtin" }) ?? assert.fail();
    await encoder.embed(["a calm sea"], "query");
    // Nothing that it could be asked: it throws, and ends the thread.
    threads.at(-1)?.postMessage(undefined);
    const texts = ["a loud road", "a red door", "a tall tree"];
    const outcomes = await Promise.allSettled(texts.map((text) => encoder.embed([text], "query")));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "fulfilled", "fulfilled"],
    );
    await encoder.close();
  });

  it("ends with the encoder, and no other one starts for what still waited", async () => {
    const encoder = createEncoder({ REEF_ENCODER: "builtin" }) ?? assert.fail();
    await encoder.embed(["a calm sea"], "query");
    const before = threads.length;
    const waiting = ["a loud road", "a red door"].map((text) => encoder.embed([text], "query"));
    await Promise.all([encoder.close(), ...waiting.map((embedding) => assert.rejects(embedding))]);
    assert.equal(threads.length, before);
  });
});

describe("an OpenAI-compatible API", () => {
  let server: Server;
  let url = "";
  let status = 200;
  const requests: { authorization: string | undefined; body: { model: string; input: string[] } }[] = [];

  // Stands in for what is outside of this machine; it speaks the real protocol, out of order as it may.
  before(async () => {
    server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const body = JSON.parse(text) as { model: string; input: string[] };
      requests.push({ authorization: request.headers.authorization, body });
      const data = body.input.map((input, index) => ({ object: "embedding", index, embedding: [input.length, 3, 4] }));
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", model: body.model, data: data.reverse() }));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
  });
  after(() => server.close());

  const create = () =>
    createEncoder({
      REEF_ENCODER: "openai",
      REEF_ENCODER_URL: url,
      REEF_ENCODER_MODEL: "small",
      REEF_ENCODER_API_KEY: "sk-1",
    });

  it("is asked with the model and the key, and its vectors are put back in order as unit vectors", async () => {
    const [none, one] = (await create()?.embed(["", "x"], "passage")) ?? [];
    assert.deepEqual(requests.at(-1), {
      authorization: "Bearer sk-1",
      body: { model: "small", input: ["", "x"], encoding_format: "float" },
    });
    assert.deepEqual(
      Array.from(none ?? [], (value) => Number(value.toFixed(2))),
      [0, 0.6, 0.8],
    );
    assert.ok(Math.abs(cosine(one, one) - 1) < 1e-6);
  });

  it("fails as a whole when the API refuses", async () => {
    status = 429;
    await assert.rejects(create()?.embed(["x"], "query") ?? Promise.resolve(), /answered 429/);
  });
});

describe("the settings of the encoder", () => {
  it("name every one that is missing", () => {
    assert.throws(
      () => createEncoder({ REEF_ENCODER: "openai" }),
      (error: unknown) => error instanceof ConfigError && error.problems.length === 2,
    );
  });

  it("name the package that an encoder needs and that is not installed", () => {
    for (const encoder of ["e5", "folder"] as const) {
      const settings = { REEF_ENCODER: encoder, REEF_ENCODER_FOLDER: "/models/minilm" };
      assert.throws(() => createEncoder(settings), /needs the package @huggingface\/transformers; install it with/);
    }
  });

  it("may say that there is none", () => {
    assert.equal(createEncoder({ REEF_ENCODER: "none" }), undefined);
  });
});

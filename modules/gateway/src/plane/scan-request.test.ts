import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BadBody, parse, scanRequest } from "./scan-request.ts";
import { splice } from "./splice.ts";

const scan = (json: string, ...wanted: string[]) => scanRequest(Buffer.from(json), new Set(wanted));

/** The wanted fields as their values. */
function values(json: string, ...wanted: string[]): Record<string, unknown> {
  const body = Buffer.from(json);
  const { spans } = scanRequest(body, new Set(wanted));
  return Object.fromEntries(Array.from(spans, ([name, span]) => [name, parse(body, span)]));
}

describe("a look over a request", () => {
  it("finds fields of the outermost object alone, wherever they stand", () => {
    const json = '{ "messages" : [{"model":"inner","x":{"stream":true}}] ,"model":"outer", "n" : 2 , "stream":false}';
    assert.deepEqual(values(json, "model", "stream", "n", "seed"), { model: "outer", n: 2, stream: false });
  });

  it("is not misled by quotes, brackets and backslashes within texts", () => {
    const tricky = JSON.stringify({ a: '"}],{\\"model\\":"no"', b: "\\\\", "c\\": ["}", "]"], model: 'x"y\\' });
    assert.deepEqual(values(tricky, "model"), { model: 'x"y\\' });
  });

  it("reads a name that is written with escapes as every other reader does", () => {
    assert.deepEqual(values('{"mod\\u0065l":"hidden"}', "model"), { model: "hidden" });
  });

  it("refuses a field that stands twice, in whatever spelling: two readers might take different ones", () => {
    assert.throws(() => scan('{"model":"cheap","mod\\u0065l":"dear"}', "model"), BadBody);
  });

  it("refuses what is no JSON object, is cut off, or goes on behind its end", () => {
    for (const json of [
      "",
      "[]",
      '"text"',
      "{",
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":"b',
      '{"a":[1}',
      '{"a":1}x',
      '{"a":1,}',
      "{,}",
    ])
      assert.throws(() => scan(json, "a"), BadBody, json);
  });

  it("takes objects without fields, and white space everywhere", () => {
    assert.equal(scan(" \n{ \t } \r\n", "model").spans.size, 0);
    assert.deepEqual(values('\t{\n"a"\r:\n[ ]\t,\n"b" : null }\n', "a", "b"), { a: [], b: null });
  });

  it("counts texts, but not media in base64", () => {
    const words = "word ".repeat(1_000);
    const image = `data:image/png;base64,${"QUJD".repeat(5_000)}`;
    const { textBytes, media } = scan(JSON.stringify({ messages: [{ content: words }, { url: image }] }));
    assert.equal(media, 1);
    assert.ok(textBytes > 5_000 && textBytes < 5_100, String(textBytes));
  });

  it("takes no language for media, also where it has no spaces", () => {
    const texts = ["潮が満ちて".repeat(1_000), "one/two.three,".repeat(500), `{"a":[1,2,3]}`.repeat(300)];
    const { textBytes, media } = scan(JSON.stringify({ messages: texts }));
    assert.equal(media, 0);
    assert.ok(textBytes > Buffer.byteLength(texts.join("")), String(textBytes));
  });

  it("agrees with JSON.parse on whatever is well-formed", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    const texts = ["", "a", '"', "\\", "\\\\", '\\"', "{", "}", "[", "]", ",", ":", "\u{1f600}", "\n", "model"];
    const text = () =>
      Array.from({ length: Math.floor(random() * 4) }, () => texts[Math.floor(random() * texts.length)]).join("");
    const value = (depth: number): unknown => {
      const kind = Math.floor(random() * (depth > 3 ? 4 : 6));
      if (kind === 0) return text();
      if (kind === 1) return random() * 1e6 - 5e5;
      if (kind === 2) return random() < 0.5;
      if (kind === 3) return null;
      const items = Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
      return kind === 4 ? items : Object.fromEntries(items.map((item, index) => [`${text()}${index}`, item]));
    };
    for (let round = 0; round < 500; round += 1) {
      const object = { first: value(0), model: value(0), last: value(0) };
      const json = JSON.stringify(object, null, Math.floor(random() * 3));
      assert.deepEqual(values(json, "first", "model", "last"), object, json);
    }
  });
});

describe("a changed request", () => {
  it("keeps every other byte as it was", () => {
    const body = Buffer.from('{ "temperature":1.0,\t"model" : "fast","messages":[ ] }');
    const { spans } = scanRequest(body, new Set(["model"]));
    const span = spans.get("model");
    assert.ok(span);
    assert.equal(
      splice(body, [
        { span, json: '"gpt"' },
        { field: "stream_options", json: "{}" },
      ]).toString(),
      '{"stream_options":{}, "temperature":1.0,\t"model" : "gpt","messages":[ ] }',
    );
    assert.equal(splice(body, []), body);
  });
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { base32 } from "multiformats/bases/base32";
import { entryCid, type IdentifiedContent } from "./cid.ts";

const PUBLISHED = "moltnet:diary:v1";
const entry = (fields: Partial<IdentifiedContent> = {}): IdentifiedContent => ({
  type: "semantic",
  content: "Content",
  tags: [],
  ...fields,
});

describe("MN23: a content identifier", () => {
  const vectors: [IdentifiedContent, string][] = [
    [entry({ title: "Title", tags: ["tag1"] }), "bafkreidxfykbrvutwidnpsnto4ij6kpe6r3oofqthfc5ohvcmrpsw3irse"],
    [entry(), "bafkreid5liobpxc3pneqhqzj55uewevi7ekznbyq2zskfhfla5vb62lqhe"],
    [
      { type: "reflection", title: null, content: "My thought", tags: ["philosophy"] },
      "bafkreib6u5ojneoxorulihwfwttbtr224sd4srdmi7e63lm4bizmpukree",
    ],
    [
      entry({ title: "Test <html>", content: "Content with &amp; entities", tags: ["a<b", "c&d"] }),
      "bafkreicz3furirhe4c3y5da5lbns7mfn76b2yhjl4yut55zhx2brk7w2ne",
    ],
  ];
  for (const [identified, cid] of vectors) {
    it(`MN23: is ${cid} as published`, async () => {
      assert.equal(await entryCid(identified, PUBLISHED), cid);
    });
  }

  it("MN23: is SHA-256 over canonical JSON that escapes nothing but what it must", async () => {
    const text = 'a\u2028b\u2029<&>"\\\n\u00e9🪸';
    const json = `{"c":"a\u2028b\u2029<&>\\"\\\\\\n\u00e9🪸","t":"","tags":[],"type":"semantic","v":"reef:entry:v1"}`;
    const digest = createHash("sha256").update(json, "utf8").digest();
    const bytes = Uint8Array.from([1, 0x55, 0x12, 32, ...digest]);
    assert.equal(await entryCid(entry({ content: text })), base32.encode(bytes));
  });

  it("is the same without a title and with an empty one, and in whichever order the tags come", async () => {
    const cid = await entryCid(entry({ tags: ["a", "b", "c"] }));
    for (const title of ["", null, undefined])
      assert.equal(await entryCid(entry({ title, tags: ["c", "a", "b"] })), cid);
  });

  it("sorts tags by their UTF-8 bytes, as programs in other languages do", async () => {
    // In UTF-16 the coral sorts before the private-use character, in UTF-8 behind it.
    const tags = ["🪸", "\uf8ff", "b", "", "ab", "a"];
    const bytewise = tags.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.notDeepEqual(tags.toSorted(), bytewise);
    const json = { c: "Content", t: "", tags: bytewise, type: "semantic", v: "reef:entry:v1" };
    const digest = createHash("sha256").update(JSON.stringify(json)).digest();
    assert.equal(await entryCid(entry({ tags })), base32.encode(Uint8Array.from([1, 0x55, 0x12, 32, ...digest])));
  });

  it("changes with every part, with the version, and with the place in a chain", async () => {
    const cids = await Promise.all([
      entryCid(entry()),
      entryCid(entry({ content: "content" })),
      entryCid(entry({ title: "T" })),
      entryCid(entry({ type: "episodic" })),
      entryCid(entry({ tags: ["a"] })),
      entryCid(entry({ tags: ["a", "a"] })),
      entryCid(entry(), PUBLISHED),
      entryCid(entry({ previous: "" })),
      entryCid(entry({ previous: "bafkreid5liobpxc3pneqhqzj55uewevi7ekznbyq2zskfhfla5vb62lqhe" })),
    ]);
    assert.equal(new Set(cids).size, cids.length);
    for (const cid of cids) assert.match(cid, /^bafkrei[a-z2-7]{52}$/);
    assert.equal(await entryCid(entry({ previous: null })), cids[7]);
  });

  it("does not exist for half of a surrogate pair, which databases would replace", async () => {
    for (const wrong of [{ content: "\ud83e" }, { title: "\udeb8" }, { tags: ["\ud83e"] }]) {
      await assert.rejects(entryCid(entry(wrong)), TypeError);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { safeReturnTo } from "./return-to.ts";

const ORIGIN = "https://coral.reef.example";

describe("where a person goes after signing in", () => {
  it("MO21: back to the page, with its query and place", () => {
    for (const path of ["/", "/agents", "/memory/dia_01?panel=entry.ent_01#top", "/a%2Fb"]) {
      assert.equal(safeReturnTo(path, ORIGIN), path);
    }
  });

  it("MO21: never to another origin, however it is written", () => {
    const foreign = [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example/",
      "/\t/evil.example/",
      "/\n/evil.example",
      "\\\\evil.example",
      "/.//evil.example",
      "/%2e//evil.example",
      "/..//evil.example",
      "javascript:alert(1)",
      "data:text/html,x",
      "https:evil.example",
      "/agents/..//evil.example",
      " /agents",
      "",
      undefined,
      7,
      ["/agents"],
      `/${"a".repeat(2_000)}`,
    ];
    for (const path of foreign) assert.equal(safeReturnTo(path, ORIGIN), "/", String(path));
  });

  it("not to the sign-in page again", () => {
    for (const path of ["/sign-in", "/sign-in?return_to=/agents", "/sign-up", "/sign-out"]) {
      assert.equal(safeReturnTo(path, ORIGIN), "/");
    }
    assert.equal(safeReturnTo("/sign-installations", ORIGIN), "/sign-installations");
  });
});

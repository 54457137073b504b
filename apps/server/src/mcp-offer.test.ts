import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listErrors } from "@reef/db";
import { identityErrors } from "@reef/identity";
import { memoryErrors } from "@reef/memory";
import { signingErrors } from "@reef/signing";
import { createMcpOffer } from "./mcp-offer.ts";

const definitions = {
  ...listErrors.definitions,
  ...identityErrors.definitions,
  ...memoryErrors.definitions,
  ...signingErrors.definitions,
};

const { tools } = createMcpOffer("0");

/** What a tool's caller can do nothing with: a path of REST, or a header that only REST has. */
const REST = /\b(GET|POST|PUT|PATCH|DELETE)\b|\/api\/|\/oauth2\/|ETag|If-Match|Idempotency-Key/;

describe("the tools of the offer", () => {
  it("say what to do next about every problem of their routes, without a word of REST", () => {
    assert.ok(tools.some(({ problems }) => problems.length > 5));
    for (const { name, problems, nextSteps } of tools) {
      for (const code of problems) {
        const step = nextSteps[code] ?? definitions[code]?.public;
        assert.ok(step, `${name}: ${code} is declared nowhere`);
        assert.doesNotMatch(step, REST, `${name}: ${code} needs a next step of its own`);
      }
    }
  });

  it("know no next step for a problem that their routes do not declare", () => {
    for (const { name, problems, nextSteps } of tools) {
      const unknown = Object.keys(nextSteps).filter((code) => !problems.includes(code));
      assert.deepEqual(unknown, [], name);
    }
  });

  it("name only tools that there are", () => {
    const names = new Set(tools.map(({ name }) => name));
    const families = Array.from(names, (name) => name.split("_")[0]);
    const word = new RegExp(`\\b(${Array.from(new Set(families)).join("|")})_[a-z_]+\\b`, "g");
    for (const { name, description, nextSteps } of tools) {
      for (const [found] of [description, ...Object.values(nextSteps)].join("\n").matchAll(word)) {
        assert.ok(names.has(found), `${name} speaks of ${found}`);
      }
    }
  });
});

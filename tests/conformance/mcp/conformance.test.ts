import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { register } from "@reef/sdk";
import { startReefProcess } from "../../support/reef-process.ts";
import { startFixture } from "./fixture/fixture-server.ts";
import { notApplicableToFixture, notApplicableToReef, revisions } from "./not-applicable.ts";
import { runServerScenarios, startCredentialsProxy } from "./suite.ts";

/** Scenarios that look at the transport, the life cycle and the lists, so `/mcp` itself has to pass them. */
const passedByReef = {
  "2026-07-28": [
    "server-stateless",
    "tools-list",
    "resources-list",
    "prompts-list",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "input-required-result-unsupported-methods",
  ],
  "2025-11-25": [
    "server-initialize",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
  ],
  "2025-06-18": ["server-initialize", "ping", "tools-list", "resources-list", "prompts-list"],
} as const;

describe("the MCP conformance suite", () => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let proxy: Awaited<ReturnType<typeof startCredentialsProxy>>;
  const stops: (() => Promise<unknown>)[] = [];

  before(async () => {
    fixture = await startFixture();
    stops.push(fixture.stop);
    const reef = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "1000" } });
    stops.push(reef.stop);
    assert.ok(reef.voucher);
    const { credentials } = await register({ url: reef.url, name: "suite", voucher: reef.voucher });
    proxy = await startCredentialsProxy(reef.url, {
      "x-client-id": credentials.clientId,
      "x-client-secret": credentials.clientSecret,
    });
    stops.push(proxy.stop);
  });

  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  for (const revision of revisions) {
    it(`every server scenario of ${revision} that applies passes against the fixture on Reef's stack`, async () => {
      const { exitCode, output } = await runServerScenarios(fixture.url, revision, notApplicableToFixture);
      assert.equal(exitCode, 0, output);
      assert.match(output, /Total: \d{2,} passed/);
    });

    it(`the transport and life-cycle scenarios of ${revision} pass against /mcp itself`, async () => {
      const { exitCode, output } = await runServerScenarios(`${proxy.url}/mcp`, revision, notApplicableToReef);
      assert.equal(exitCode, 0, output);
      for (const scenario of passedByReef[revision])
        assert.match(output, new RegExp(`[✓✗] ${scenario}: [1-9]\\d* passed`));
    });
  }
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Reef } from "@reef/sdk";
import { joinReef } from "../../support/agents.ts";
import { startOAuthProgram } from "../../support/oauth-program.ts";
import { findFreePort, startReefProcess } from "../../support/reef-process.ts";
import { approveInBrowser } from "./authorize.ts";
import { startFixture } from "./fixture/fixture-server.ts";
import { notApplicableToFixture, notApplicableToReef, revisions } from "./not-applicable.ts";
import { runServerScenarios, runSuite, startCredentialsProxy } from "./suite.ts";

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
  let reefUrl: string;
  let agent: Reef;
  const stops: (() => Promise<unknown>)[] = [];

  before(async () => {
    fixture = await startFixture();
    stops.push(fixture.stop);
    const environment = { REEF_RATE_LIMIT_FACTOR: "1000", REEF_OAUTH_LOCAL_CLIENTS: "true" };
    const reef = await startReefProcess({ environment });
    reefUrl = reef.url;
    stops.push(reef.stop);
    const suite = await joinReef(reef.url, "suite", reef.voucher);
    agent = suite.reef;
    proxy = await startCredentialsProxy(reef.url, suite.bySecret);
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

  it("the authorization scenarios pass: metadata, and a code for a client that describes itself by a document", async () => {
    const callbackPort = await findFreePort();
    const client = await startOAuthProgram();
    stops.push(client.stop);
    const asClient = ["--client-id", client.clientId, "--resource", `${reefUrl}/mcp`, "--port", String(callbackPort)];
    const filter = ["--spec-version", "2026-07-28"];
    let approved: Promise<void> | undefined;
    const { exitCode, output } = await runSuite(
      ["authorization", "--url", reefUrl, ...asClient, ...filter],
      (written) => {
        const [address] = /http:\S+\/oauth2\/authorize\?\S+(?=\n)/.exec(written) ?? [];
        if (address !== undefined) approved ??= approveInBrowser(address, agent);
      },
    );
    await approved;
    assert.equal(exitCode, 0, output);
    assert.match(output, /✓ authorization-server-metadata-endpoint: \d+ passed, 0 failed/);
    assert.match(output, /✓ authorization-code-grant: \d+ passed, 0 failed/);
  });
});

import assert from "node:assert/strict";
import { request as send } from "node:http";
import { after, before, describe, it } from "node:test";
import { type SignedInPerson, setUp } from "../support/people.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

describe("requests that name an organization", () => {
  let reef: ReefProcess;
  let person: SignedInPerson;

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
    person = await setUp(reef.url, reef.setupCode, { slug: "acme" });
  });
  after(() => reef.stop());

  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      send(`${reef.url}${path}`, { headers }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, text });
      })
        .on("error", reject)
        .end();
    });

  const names = { "by header": { "x-reef-organization": "nobody" }, "by host": { host: "nobody.localhost" } };
  for (const [way, headers] of Object.entries(names)) {
    it(`MO20: named ${way}, an unknown organization is a bare 404 everywhere but at exactly /api/health and /metrics`, async () => {
      for (const path of ["/api/health", "/api/ready", "/metrics"]) {
        assert.equal((await ask(path, headers)).status, 200, path);
      }
      const rest = [
        "/api/health/x",
        "/metrics/x",
        "/",
        "/sign-in",
        "/api/account",
        "/api/auth/get-session",
        "/mcp",
        "/llms.txt",
      ];
      for (const path of rest) {
        assert.deepEqual(await ask(path, { ...headers, ...person.byToken }), { status: 404, text: "" }, path);
      }
    });
  }

  it("MO21: at an organization's host its members are served, and everybody else is asked to sign in", async () => {
    const host = "acme.localhost";
    assert.equal((await ask("/api/account", { host, ...person.byToken })).status, 200);
    const nobody = await ask("/api/account", { host });
    assert.equal(nobody.status, 401);
    assert.ok(!nobody.text.includes("acme") || !nobody.text.includes("organization"));
    for (const kept of ["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"]) {
      assert.equal((await ask("/api/account", { host: `${kept}.localhost`, ...person.byToken })).status, 200, kept);
    }
  });
});

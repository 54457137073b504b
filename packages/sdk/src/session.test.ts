import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { createReef } from "./reef.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";

describe("a session", () => {
  let server: StandIn;
  afterEach(() => server.close());

  /** What `fetch` was told, beside what the stand-in saw: only browsers have cookies to send. */
  function spied() {
    const told: RequestInit[] = [];
    const spy: typeof fetch = (input, init) => {
      told.push(init ?? {});
      return fetch(input, init);
    };
    return { told, fetch: spy };
  }
  const page = { json: { items: [], nextCursor: null, total: 0 } };

  it("sends the page's cookies to its own origin, no token, and the organization's name", async () => {
    server = await startStandIn(() => page);
    const spy = spied();
    const reef = createReef({ url: server.url, session: true, organization: "coral-lab", fetch: spy.fetch });
    await reef.identity.listAgents({});
    assert.equal(spy.told[0]?.credentials, "same-origin");
    assert.equal(spy.told[0]?.redirect, "error");
    assert.equal(server.seen[0]?.headers["x-reef-organization"], "coral-lab");
    assert.equal(server.seen[0]?.headers.authorization, undefined);
  });

  it("names the organization of the moment, or none", async () => {
    server = await startStandIn(() => page);
    let organization: string | undefined;
    const reef = createReef({ url: server.url, session: true, organization: () => organization });
    await reef.identity.listAgents({});
    organization = "tidepool";
    await reef.identity.listAgents({});
    const named = server.seen.map(({ headers }) => headers["x-reef-organization"]);
    assert.deepEqual(named, [undefined, "tidepool"]);
  });

  it("follows streams in the same way", async () => {
    server = await startStandIn(() => ({
      headers: { "Content-Type": "text/event-stream" },
      text: 'id: 7\nevent: activity\ndata: {"position":7}\n\n',
    }));
    const spy = spied();
    const reef = createReef({ url: server.url, session: true, organization: "coral-lab", fetch: spy.fetch });
    for await (const { position } of reef.signing.streamActivity({ lastEventId: "6" })) {
      assert.equal(position, 7);
      break;
    }
    assert.equal(spy.told[0]?.credentials, "same-origin");
    assert.equal(server.seen[0]?.headers["x-reef-organization"], "coral-lab");
    assert.equal(server.seen[0]?.path, "/api/activity/stream?lastEventId=6");
  });

  it("is ended by its signal, as every client is", async () => {
    server = await startStandIn(() => page);
    const stop = new AbortController();
    const reef = createReef({ url: server.url, session: true, signal: stop.signal });
    stop.abort(new Error("left the page"));
    await assert.rejects(reef.identity.listAgents({}), { message: "left the page" });
    assert.equal(server.seen.length, 0);
  });

  it("is the only one that touches cookies: a client with a token leaves them to the browser's default", async () => {
    server = await startStandIn(() => page);
    const spy = spied();
    await createReef({ url: server.url, credentials: { token: "t" }, fetch: spy.fetch }).identity.listAgents({});
    assert.equal(spy.told[0]?.credentials, undefined);
    assert.equal(server.seen[0]?.headers["x-reef-organization"], undefined);
  });
});

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { createPublicLookup } from "@reef/http";
import { startNameServer } from "@reef/testing";
import { request } from "undici";
import { createDispatchers, type Dispatchers } from "./dispatchers.ts";

const options = { connections: 3, connectSeconds: 30, headersSeconds: 30, stallSeconds: 30 };

describe("connections to upstreams", () => {
  let server: Server;
  let names: Awaited<ReturnType<typeof startNameServer>>;
  let dispatchers: Dispatchers;
  let reached = 0;
  let port = 0;

  before(async () => {
    server = createServer((incoming, response) => {
      reached += 1;
      if (incoming.url === "/elsewhere") response.writeHead(302, { location: "http://169.254.169.254/" });
      response.end("here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    names = await startNameServer({
      "inside.example": ["127.0.0.1"],
      "mixed.example": ["1.1.1.1", "127.0.0.1"],
      "metadata.example": ["169.254.169.254"],
    });
    dispatchers = createDispatchers({ ...options, publicLookup: createPublicLookup(names.resolver) });
  });
  after(async () => {
    await dispatchers.close();
    names.stop();
    server.close();
  });

  const get = async (baseUrl: string, mayBePrivate: boolean, path = "/") => {
    const { statusCode, body } = await request(`${baseUrl}${path}`, {
      dispatcher: dispatchers.of({ baseUrl, mayBePrivate }),
    });
    await body.dump();
    return statusCode;
  };

  it("an organization's provider is not connected to at any address that is not public, in whatever form it is written", async () => {
    const before = reached;
    for (const host of [
      "127.0.0.1",
      "localhost",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.1",
      "0.0.0.0",
      "[::]",
      "inside.example",
      "mixed.example",
      "metadata.example",
      "unknown.example",
      "169.254.169.254",
      "[fd00:ec2::254]",
      "10.0.0.1",
      "100.64.0.1",
    ]) {
      await assert.rejects(get(`http://${host}:${port}`, false), { code: "EPRIVATE" }, host);
    }
    assert.equal(reached, before);
  });

  it("what an operator set up may be anywhere", async () => {
    assert.equal(await get(`http://127.0.0.1:${port}`, true), 200);
  });

  it("leave to call a private address is not shared by two providers at one origin", async () => {
    const baseUrl = `http://127.0.0.1:${port}`;
    assert.equal(await get(baseUrl, true), 200);
    await assert.rejects(get(baseUrl, false), { code: "EPRIVATE" });
    assert.notEqual(dispatchers.of({ baseUrl, mayBePrivate: true }), dispatchers.of({ baseUrl, mayBePrivate: false }));
  });

  it("no redirect is followed", async () => {
    const before = reached;
    assert.equal(await get(`http://127.0.0.1:${port}`, true, "/elsewhere"), 302);
    assert.equal(reached, before + 1);
  });

  it("providers at one origin share their connections, whatever their paths are", () => {
    const one = dispatchers.of({ baseUrl: "https://api.example/v1", mayBePrivate: false });
    assert.equal(dispatchers.of({ baseUrl: "https://api.example/v2", mayBePrivate: false }), one);
    assert.notEqual(dispatchers.of({ baseUrl: "https://api.example:8443/v1", mayBePrivate: false }), one);
  });
});

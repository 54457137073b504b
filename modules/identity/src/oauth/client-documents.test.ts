import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { afterEach, beforeEach, it } from "node:test";
import { silentLogger } from "@reef/testing";
import { systemClock } from "../clock.ts";
import { type ClientDocuments, createClientDocuments } from "./client-documents.ts";

let base: string;
let requests: string[];
let answer: RequestListener;
let ahead: number;
let documents: ClientDocuments;
let stop: () => Promise<void>;

beforeEach(async () => {
  requests = [];
  ahead = 0;
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  base = `http://127.0.0.1:${address.port}`;
  stop = () => new Promise((resolve) => server.close(() => resolve()));
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };
  documents = createClientDocuments({ logger: silentLogger, clock, allowLoopback: true });
});
afterEach(() => stop());

const json =
  (document: object, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify(document));
  };
const valid = (clientId: string) => ({ client_id: clientId, redirect_uris: ["https://client.example/cb"] });

it("a document that names its own address and where it may be answered is a client", async () => {
  const clientId = `${base}/client.json`;
  answer = json({ ...valid(clientId), client_name: "A program", grant_types: ["authorization_code", "refresh_token"] });
  assert.deepEqual(await documents.find(clientId), { clientId, redirectUris: ["https://client.example/cb"] });
});

it("a document is kept as long as its server says, and many requests at once read it once", async () => {
  const clientId = `${base}/client.json`;
  answer = json(valid(clientId), { "Cache-Control": "public, max-age=600" });
  await Promise.all(Array.from({ length: 10 }, () => documents.find(clientId)));
  ahead = 500_000;
  assert.ok(await documents.find(clientId));
  assert.equal(requests.length, 1);
  ahead = 700_000;
  answer = json({ ...valid(clientId), redirect_uris: ["https://client.example/new"] }, { "Cache-Control": "no-store" });
  assert.deepEqual((await documents.find(clientId))?.redirectUris, ["https://client.example/new"]);
  assert.equal(requests.length, 2);
  await documents.find(clientId);
  assert.equal(requests.length, 2, "not more often than once a minute, whatever its server says");
});

it("a document that cannot be used is none, and is not asked for again at once", async () => {
  const clientId = `${base}/client.json`;
  const unusable: Record<string, RequestListener> = {
    "names another client": json(valid(`${base}/other.json`)),
    "has no redirect address": json({ ...valid(clientId), redirect_uris: [] }),
    "wants to share a secret": json({ ...valid(clientId), token_endpoint_auth_method: "client_secret_basic" }),
    "has a secret": json({ ...valid(clientId), client_secret: "secret" }),
    "wants no codes": json({ ...valid(clientId), grant_types: ["client_credentials"] }),
    "is a list": json([valid(clientId)]),
    "is a redirect": (_request, response) => response.writeHead(302, { Location: `${base}/moved.json` }).end(),
    "is no JSON": (_request, response) => response.writeHead(200, { "Content-Type": "application/json" }).end("<html>"),
    "is a page": (_request, response) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end(JSON.stringify(valid(clientId))),
    "is missing": (_request, response) => response.writeHead(404).end(),
    "is too long": json({ ...valid(clientId), client_name: "x".repeat(11_000) }),
    "breaks off": (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "500" });
      response.write("{");
      response.destroy();
    },
  };
  for (const [reason, listener] of Object.entries(unusable)) {
    answer = listener;
    ahead += 60_000;
    assert.equal(await documents.find(clientId), undefined, reason);
    answer = json(valid(clientId));
    assert.equal(await documents.find(clientId), undefined, `${reason}: remembered`);
  }
  assert.ok(!requests.includes("/moved.json"), "no redirect is followed");
  ahead += 60_000;
  assert.ok(await documents.find(clientId));
});

it("only a canonical https address with a path is a client's, and one of this machine where the settings say so", () => {
  const strict = createClientDocuments({ logger: silentLogger, clock: systemClock, allowLoopback: false });
  const good = "https://client.example/oauth/client.json";
  assert.ok(strict.isDocumentAddress(good) && documents.isDocumentAddress(good));
  assert.ok(!strict.isDocumentAddress(`${base}/client.json`) && documents.isDocumentAddress(`${base}/client.json`));
  for (const bad of [
    "https://client.example",
    "https://client.example/",
    "https://client.example/a/../client.json",
    "https://CLIENT.example/client.json",
    "https://client.example:443/client.json",
    "https://user:password@client.example/client.json",
    "https://client.example/client.json#part",
    "http://client.example/client.json",
    "http://127.0.0.1.example/client.json",
    "ftp://client.example/client.json",
    `https://client.example/${"x".repeat(600)}`,
    "agt_01h455vb4pex5vsknk084sn02q",
    "",
  ]) {
    assert.equal(documents.isDocumentAddress(bad), false, bad);
  }
});

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { type DatabaseHandle, openDatabase } from "@reef/db";
import { byBearerToken, createApp, createIdempotency, createLimits, type RunningServer, serve } from "@reef/http";
import { createTelemetry } from "@reef/telemetry";
import { temporaryFolder } from "@reef/testing";
import { addConsole } from "./console.ts";
import { readConsoleFiles } from "./console-files.ts";

const SCRIPT = `console.log("${"reef ".repeat(400)}");`;
const PAGE = '<!doctype html><meta name="reef-host" content=""><script src="/assets/index-1.js"></script>';
const BROWSER = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the console's server", () => {
  const folder = temporaryFolder("reef-console-");
  let database: DatabaseHandle;
  const servers: RunningServer[] = [];
  let url: string;

  async function start(build: string, publicUrl = "https://reef.example:8443"): Promise<string> {
    const app = createApp({
      publicUrl,
      routes: [],
      authenticator: byBearerToken({ authenticate: () => Promise.reject(new Error("nobody")) }),
      allowedOrigins: [],
      telemetry: createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
      limits: createLimits(1),
      idempotency: createIdempotency("a master secret of thirty-two characters"),
      db: database.kysely,
      trustedProxies: 0,
    });
    app.get("/verify", (context) => context.text("its own page"));
    addConsole(app, { publicUrl, folder: build });
    const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl });
    servers.push(server);
    return `http://127.0.0.1:${server.port}`;
  }

  before(async () => {
    database = await openDatabase({});
    const build = join(folder, "dist");
    mkdirSync(join(build, "assets"), { recursive: true });
    writeFileSync(join(folder, "secret.js"), "outside of the build");
    writeFileSync(join(build, ".stamp"), "not a page");
    writeFileSync(join(build, "index.html"), PAGE);
    writeFileSync(join(build, "assets", "index-1.js"), SCRIPT);
    writeFileSync(join(build, "assets", "index-1.js.gz"), gzipSync(SCRIPT));
    writeFileSync(join(build, "assets", "font-1.woff2"), "a font");
    url = await start(build);
  });
  after(async () => {
    for (const server of servers) await server.stop(1);
    await database.close();
  });

  /** A request as it is written, which `fetch` would tidy up first; gives status, headers and body. */
  const raw = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      const { port } = new URL(url);
      const sent = request({ host: "127.0.0.1", port, path, method, headers }, async (response) => {
        const body = Buffer.concat(await response.toArray());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      sent.on("error", reject).end();
    });

  it("gives its page to every navigation of a browser", async () => {
    for (const path of ["/", "/agents", "/memory/dia_1?panel=entry.ent_1", "/sign-in"]) {
      const { status, headers, body } = await raw(path, BROWSER);
      assert.equal(status, 200, path);
      assert.match(String(headers["content-type"]), /^text\/html/);
      assert.match(body.toString(), /index-1\.js/);
      assert.equal(headers["cache-control"], "no-cache");
    }
  });

  it("leaves to others what is theirs, and gives programs no page", async () => {
    assert.equal((await raw("/verify", BROWSER)).body.toString(), "its own page");
    for (const path of [
      "/api/nothing",
      "/oauth2/nothing",
      "/.well-known/nothing",
      "/mcp",
      "/problems/x",
      "/assets/no.js",
    ]) {
      const { status, headers } = await raw(path, BROWSER);
      assert.equal(status, 404, path);
      assert.equal(headers["content-type"], "application/problem+json");
    }
    assert.equal((await raw("/agents", { Accept: "application/json" })).status, 404);
    assert.equal((await raw("/agents", BROWSER, "POST")).status, 404);
  });

  it("never serves what lies outside of the build, or is no file of it", async () => {
    for (const path of [
      "/../secret.js",
      "/assets/../../secret.js",
      "/assets/..%2f..%2fsecret.js",
      "/assets/%2e%2e/%2e%2e/secret.js",
      "/..%5csecret.js",
      "//secret.js",
      "/.stamp",
      "/assets",
      "/assets/index-1.js.gz",
      "/assets/index-1.js%00",
    ]) {
      const { status, body } = await raw(path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(body.toString(), /outside of the build|not a page/);
    }
  });

  it("sends the smallest form that the browser takes", async () => {
    const plain = await raw("/assets/index-1.js");
    const zipped = await raw("/assets/index-1.js", { "Accept-Encoding": "br, gzip" });
    const refused = await raw("/assets/index-1.js", { "Accept-Encoding": "gzip;q=0, br" });
    const page = await raw("/", { ...BROWSER, "Accept-Encoding": "gzip, br" });
    assert.equal(plain.body.toString(), SCRIPT);
    assert.deepEqual([zipped.headers["content-encoding"], gunzipSync(zipped.body).toString()], ["gzip", SCRIPT]);
    assert.deepEqual([refused.headers["content-encoding"], refused.body.toString()], [undefined, SCRIPT]);
    assert.equal(page.headers["content-encoding"], "br");
    assert.match(brotliDecompressSync(page.body).toString(), /index-1\.js/);
    for (const { headers } of [plain, zipped]) assert.equal(headers.vary, "Accept-Encoding");
    assert.notEqual(plain.headers.etag, zipped.headers.etag);
  });

  it("lets browsers keep what has its hash in its name, and ask again for the page", async () => {
    const asset = await raw("/assets/font-1.woff2");
    assert.equal(asset.headers["cache-control"], "public, max-age=31536000, immutable");
    assert.equal(asset.headers["content-type"], "font/woff2");
    const { headers } = await raw("/", BROWSER);
    const again = await raw("/agents", { ...BROWSER, "If-None-Match": `"other", W/${headers.etag}` });
    assert.deepEqual([again.status, again.body.length, again.headers.etag], [304, 0, headers.etag]);
    assert.equal((await raw("/", { ...BROWSER, "If-None-Match": '"other"' })).status, 200);
  });

  it("answers HEAD without a body", async () => {
    const { status, headers, body } = await raw("/assets/index-1.js", {}, "HEAD");
    assert.deepEqual([status, body.length, headers["content-length"]], [200, 0, String(SCRIPT.length)]);
  });

  it("allows nothing inline, nothing from elsewhere and no frame around it", async () => {
    const { headers } = await raw("/", BROWSER);
    const policy = new Map(
      String(headers["content-security-policy"])
        .split("; ")
        .map((part) => [part.split(" ")[0] ?? "", part.split(" ").slice(1)]),
    );
    assert.deepEqual(policy.get("default-src"), ["'none'"]);
    assert.deepEqual(policy.get("script-src"), ["'self'"]);
    assert.deepEqual(policy.get("style-src"), ["'self'"]);
    assert.deepEqual(policy.get("frame-ancestors"), ["'none'"]);
    assert.deepEqual(policy.get("form-action"), ["'self'"]);
    assert.deepEqual(policy.get("base-uri"), ["'none'"]);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.match(String(headers["permissions-policy"]), /publickey-credentials-get=\(self\)/);
    assert.match(String(headers["strict-transport-security"]), /^max-age=\d+/);
  });

  it("MO20: the page knows the host under which organizations have their names", async () => {
    assert.match((await raw("/", BROWSER)).body.toString(), /name="reef-host" content="reef.example:8443"/);
  });

  it("says how to build it where it is not built", async () => {
    const empty = await start(join(folder, "nowhere"));
    const response = await fetch(`${empty}/`, { headers: BROWSER });
    assert.equal(response.status, 503);
    assert.match(await response.text(), /npm run build:console/);
  });

  it("refuses a folder that is no build", () => {
    const crowded = join(folder, "crowded");
    mkdirSync(crowded);
    writeFileSync(join(crowded, "index.html"), PAGE);
    for (let index = 0; index <= 600; index += 1) writeFileSync(join(crowded, `${index}.js`), "");
    assert.throws(() => readConsoleFiles(crowded, "reef.example"), /npm run build:console/);
  });
});

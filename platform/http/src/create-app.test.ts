import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { newId } from "@reef/crypto";
import { type DatabaseHandle, openDatabase } from "@reef/db";
import { defineErrors } from "@reef/errors";
import { createTelemetry } from "@reef/telemetry";
import { collectLogs } from "@reef/testing";
import { z } from "zod";
import { type AgentCaller, byBearerToken } from "./call.ts";
import { defineContract } from "./contract.ts";
import { createApp } from "./create-app.ts";
import { createIdempotency } from "./idempotency.ts";
import { createLimits, limitPolicies } from "./limits.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { addPages } from "./pages.ts";
import { implement } from "./routes.ts";
import { type RunningServer, serve } from "./serve.ts";

const shellErrors = defineErrors("shells", {
  cracked: { status: 409, title: "Cracked", public: "The shell is cracked; take another." },
  signed_out: { status: 401, title: "Unknown token", public: "Nobody has this token." },
});

const shellContract = defineContract({
  module: "shells",
  title: "Shells",
  routes: {
    createShell: {
      method: "POST",
      path: "/api/shells",
      summary: "Create a shell",
      access: "diary:write",
      limit: "write",
      bodyLimitBytes: 1024,
      body: z.object({ name: z.string().min(1).max(50), size: z.number().int().optional() }),
      status: 201,
      location: "/api/shells/{id}",
      versioned: true,
      response: z.object({ id: z.string(), name: z.string(), version: z.int() }),
      errors: ["shells.cracked"],
    },
    getShell: {
      method: "GET",
      path: "/api/shells/{shellId}",
      summary: "Get a shell",
      access: { anonymousOr: "diary:read" },
      limit: "verify",
      params: z.object({ shellId: z.string().regex(/^s\d+$/) }),
      query: z.object({ colour: z.string().optional() }),
      status: 200,
      response: z.object({ id: z.string(), seenBy: z.string() }),
      errors: [],
    },
  },
});

const SECRET = "the secret that no response may hold";

const callerNamed = (name: string, scopes: AgentCaller["scopes"]): AgentCaller => ({
  kind: "agent",
  agentId: newId("agt"),
  organizationId: newId("org"),
  name,
  fingerprint: "0000-0000-0000-0000",
  publicKey: "",
  scopes,
});

const callers: Record<string, AgentCaller> = {
  "Bearer ada": callerNamed("ada", new Set(["diary:read", "diary:write"])),
  "Bearer grace": callerNamed("grace", new Set(["diary:read"])),
};

const authenticator = byBearerToken({
  authenticate(authorization) {
    const caller = callers[authorization];
    if (caller === undefined) throw shellErrors.signed_out();
    return caller;
  },
});

describe("an application of declared routes", () => {
  let database: DatabaseHandle;
  let server: RunningServer;
  let url: string;
  const logs = collectLogs();

  before(async () => {
    database = await openDatabase({});
    const routes = implement(shellContract, {
      async createShell(_call, { body }) {
        if (body.name === "cracked") throw shellErrors.cracked({ internal: { reason: "the test" } });
        if (body.name === "bug") throw new Error(SECRET);
        return { id: "s1", name: body.name, version: 3, leaked: SECRET };
      },
      getShell: async ({ caller }, { params }) => ({ id: params.shellId, seenBy: caller?.name ?? "anybody" }),
    });
    const publicUrl = "http://reef.test";
    const app = createApp({
      publicUrl,
      routes,
      authenticator,
      allowedOrigins: ["https://console.test"],
      telemetry: { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger: logs.logger },
      limits: createLimits(1),
      idempotency: createIdempotency("a master secret of thirty-two characters"),
      db: database.kysely,
      trustedProxies: 1,
    });
    const openApi = createOpenApiDocument([shellContract], { publicUrl, version: "1" });
    addPages(app, { publicUrl, openApi, problems: shellErrors.definitions });
    server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl });
    url = `http://127.0.0.1:${server.port}`;
  });
  after(async () => {
    await server.stop(1);
    await database.close();
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/shells`, {
      method: "POST",
      body,
      headers: { authorization: "Bearer ada", "content-type": "application/json", ...headers },
    });

  async function problemOf(response: Response) {
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    const problem = (await response.json()) as Record<string, unknown> & { errors?: { path: string }[] };
    assert.equal(problem.status, response.status);
    assert.equal(problem.type, `http://reef.test/problems/${problem.code}`);
    assert.equal(problem.requestId, response.headers.get("x-request-id"));
    return problem;
  }

  it("answers a create with 201, its place and its version, and with no field that the contract does not name", async () => {
    const response = await post('{"name":"conch"}');
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("location"), "/api/shells/s1");
    assert.equal(response.headers.get("etag"), '"3"');
    assert.deepEqual(await response.json(), { id: "s1", name: "conch", version: 3 });
  });

  it("MN25: every error is a problem document whose type names its code", async () => {
    const cases: [expected: string, response: Promise<Response>][] = [
      ["http.invalid_json", post("{")],
      ["http.invalid_request", post('{"size":"x"}')],
      ["http.unsupported_media_type", post("name=conch", { "content-type": "text/plain" })],
      ["http.payload_too_large", post(`{"name":"${"x".repeat(2_000_000)}"}`)],
      ["shells.cracked", post('{"name":"cracked"}')],
      ["http.internal", post('{"name":"bug"}')],
      ["shells.signed_out", post("{}", { authorization: "Bearer eve" })],
      ["http.missing_scope", post("{}", { authorization: "Bearer grace" })],
      ["http.not_found", fetch(`${url}/nowhere`)],
      ["http.not_found", fetch(`${url}/api/shells/no-such-form`)],
      ["http.method_not_allowed", fetch(`${url}/api/shells`, { method: "DELETE" })],
    ];
    for (const [expected, response] of cases) assert.equal((await problemOf(await response)).code, expected);
  });

  it("names each wrong field, also one that does not exist and one with the character U+0000", async () => {
    const fieldsOf = async (body: string) => (await problemOf(await post(body))).errors?.map(({ path }) => path);
    assert.deepEqual(await fieldsOf('{"size":1.5,"weight":2}'), ["body.name", "body.size", "body.weight"]);
    assert.deepEqual(await fieldsOf('{"name":"a\\u0000b"}'), ["body.name"]);
  });

  it("refuses JSON that nests too deep, before anything that would call itself for each level sees it", async () => {
    const nested = (levels: number, innermost = "1") => `${"[".repeat(levels)}${innermost}${"]".repeat(levels)}`;
    const codeOf = async (body: string) => (await problemOf(await post(body))).code;
    assert.equal(await codeOf(nested(400, '"\\u0000"')), "http.invalid_json");
    assert.equal(await codeOf(`{"name":"conch","size":${nested(64)}}`), "http.invalid_json");
    assert.equal(await codeOf("[".repeat(1_000)), "http.invalid_json");
    assert.equal(await codeOf(`{"name":"conch","size":${nested(63)}}`), "http.invalid_request");
    const names = ["[".repeat(50), `"${"{".repeat(40)}`, `${"\\".repeat(5)}"[[`];
    for (const name of names) assert.equal((await post(JSON.stringify({ name }))).status, 201, name);
  });

  it("names twenty wrong fields at most, and no more than the start of a long name", async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${"x".repeat(10)}${index}`, 1]));
    const { errors = [] } = await problemOf(await post(JSON.stringify(many)));
    assert.ok(errors.length <= 20);
    const long = await problemOf(await post(JSON.stringify({ name: "conch", ["y".repeat(500)]: 1 })));
    assert.equal(long.errors?.[0]?.path, `body.${"y".repeat(100)}`);
  });

  it("has no asset by the name of what every object has", async () => {
    for (const name of ["constructor", "__proto__"]) {
      assert.equal((await problemOf(await fetch(`${url}/api/docs/${name}`))).code, "http.not_found");
    }
  });

  it("tells how to sign in: without a code when no token came, with one when it was refused", async () => {
    const without = await fetch(`${url}/api/shells`, { method: "POST" });
    assert.equal(without.headers.get("www-authenticate"), 'Bearer realm="reef"');
    const refused = await post("{}", { authorization: "Bearer eve" });
    assert.equal(refused.headers.get("www-authenticate"), 'Bearer realm="reef", error="invalid_token"');
  });

  it("keeps what went wrong inside: it is in the log and not in the response", async () => {
    const response = await post('{"name":"bug"}');
    assert.ok(!(await response.text()).includes(SECRET));
    assert.ok(JSON.stringify(logs.lines()).includes(SECRET));
  });

  it("refuses a body that is too large also when its length is not announced", async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const headers = { authorization: "Bearer ada", "content-type": "application/json" };
    const init = { method: "POST", body: stream, headers, duplex: "half" } as RequestInit;
    assert.equal((await problemOf(await fetch(`${url}/api/shells`, init))).code, "http.payload_too_large");
  });

  it("lets a listed origin in, and gives any other no CORS header and no error", async () => {
    const from = (origin: string) =>
      fetch(`${url}/api/shells/s1`, { headers: { origin, authorization: "Bearer ada" } });
    assert.equal(
      (await from("https://console.test")).headers.get("access-control-allow-origin"),
      "https://console.test",
    );
    const foreign = await from("https://elsewhere.test");
    assert.equal(foreign.status, 200);
    assert.equal(foreign.headers.get("access-control-allow-origin"), null);
  });

  it("MN25: counts by identity when it is known, by address otherwise, and tells when to come back", async () => {
    const get = (headers: Record<string, string>) => fetch(`${url}/api/shells/s2`, { headers });
    const anonymous = { "x-forwarded-for": "203.0.113.7" };
    let last = await get(anonymous);
    for (let count = 1; count <= limitPolicies.verify.anonymous; count += 1) last = await get(anonymous);
    assert.equal((await problemOf(last)).code, "http.rate_limited");
    assert.ok(Number(last.headers.get("retry-after")) >= 1);
    assert.match(last.headers.get("ratelimit") ?? "", /^"verify";r=0;t=\d+$/);
    assert.equal((await get({ ...anonymous, authorization: "Bearer ada" })).status, 200);
    assert.equal((await get({ "x-forwarded-for": "203.0.113.8" })).status, 200);
    // What stands before the entry of our own proxy is the client's claim.
    assert.equal((await get({ "x-forwarded-for": "198.51.100.1, 203.0.113.7" })).status, 429);
  });

  it("a route that anybody may read knows its reader by the token", async () => {
    const seen = async (headers: Record<string, string>) =>
      (
        (await (
          await fetch(`${url}/api/shells/s3`, { headers: { "x-forwarded-for": "203.0.113.9", ...headers } })
        ).json()) as { seenBy: string }
      ).seenBy;
    assert.equal(await seen({}), "anybody");
    assert.equal(await seen({ authorization: "Bearer grace" }), "grace");
  });

  it("sends security headers and a request id with every response, the client's own where it gave one", async () => {
    for (const path of ["/api/shells/s1", "/nowhere", "/api/openapi.json"]) {
      const { headers } = await fetch(`${url}${path}`, {
        headers: { "x-request-id": "trace-me-1", authorization: "Bearer ada" },
      });
      assert.equal(headers.get("x-request-id"), "trace-me-1");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    }
  });

  it("answers even what is not HTTP with a problem document", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, "127.0.0.1", () => socket.write("NONSENSE\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").code, "http.invalid_request");
  });

  it("explains every problem code on a page and as JSON", async () => {
    const page = await fetch(`${url}/problems/shells.cracked`, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /The shell is cracked; take another\./);
    const list = (await (await fetch(`${url}/problems`)).json()) as { items: { code: string }[] };
    assert.deepEqual(
      list.items.map(({ code }) => code),
      ["shells.cracked", "shells.signed_out"],
    );
  });

  it("describes every route in OpenAPI 3.1, with its scope and its problems", async () => {
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; security: unknown }>>;
    };
    assert.equal(document.openapi, "3.1.0");
    assert.equal(document.paths["/api/shells"]?.post?.operationId, "shells.createShell");
    assert.deepEqual(document.paths["/api/shells/{shellId}"]?.get?.security, [{}, { oauth2: ["diary:read"] }]);
  });

  it("serves a readable reference that loads nothing from elsewhere", async () => {
    const page = await fetch(`${url}/api/docs`);
    assert.doesNotMatch(await page.text(), /(src|href)="https?:/);
    for (const asset of ["swagger-ui-bundle.js", "swagger-ui.css", "start.js"]) {
      assert.equal((await fetch(`${url}/api/docs/${asset}`)).status, 200);
    }
    assert.equal((await fetch(`${url}/api/docs/..%2fpackage.json`)).status, 404);
  });
});

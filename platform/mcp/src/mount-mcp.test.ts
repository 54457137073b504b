import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { defineErrors } from "@reef/errors";
import {
  type Action,
  type AgentCaller,
  byBearerToken,
  createApp,
  createIdempotency,
  createLimits,
  httpErrors,
  idempotencyMigrations,
  implement,
  type RunningServer,
  serve,
} from "@reef/http";
import { defineContract } from "@reef/http/contract";
import { createTelemetry } from "@reef/telemetry";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { z } from "zod";
import { composeTool, definePrompt, defineTool } from "./define.ts";
import { mountMcp } from "./index.ts";

const shellErrors = defineErrors("shells", {
  not_found: { status: 404, title: "Shell not found", public: "There is no such shell. GET /api/shells lists them." },
  cracked: { status: 409, title: "Cracked", public: "The shell is cracked; take another." },
  signed_out: { status: 401, title: "Unknown", public: "Nobody has these credentials." },
  too_many: { status: 429, title: "Too many", public: "Wait a minute." },
});

const shellParams = z.object({ shellId: z.string().regex(/^s\d+$/) });
const shellSchema = z.object({ id: z.string(), name: z.string(), seenBy: z.string() });

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
      body: z.object({ name: z.string().min(1).max(20), size: z.number().optional() }),
      status: 201,
      response: shellSchema,
      errors: ["shells.cracked"],
    },
    getShell: {
      method: "GET",
      path: "/api/shells/{shellId}",
      summary: "Get a shell",
      access: { anonymousOr: "diary:read" },
      limit: "verify",
      params: shellParams,
      query: z.object({ big: z.enum(["true", "false"]).optional() }),
      status: 200,
      response: shellSchema,
      errors: ["shells.not_found"],
    },
  },
});

const SECRET = "the secret that no log line may hold";
/** One that came too often. */
const WAIT = "wait";

const routes = implement(shellContract, {
  createShell: async ({ caller }, { body }) => {
    if (body.name === "cracked") throw shellErrors.cracked();
    if (body.name === "broken") throw new Error("The sea is away.");
    return { id: "s1", name: body.name, seenBy: caller.name, inside: SECRET };
  },
  getShell: async ({ caller }, { params, query }) => {
    if (params.shellId === "s404") throw shellErrors.not_found();
    return { id: params.shellId, name: query.big === "true" ? "big" : "small", seenBy: caller?.name ?? "nobody" };
  },
});

const offer = {
  name: "shells",
  version: "1",
  instructions: "Look after the shells.",
  tools: [
    defineTool(shellContract, "createShell", {
      name: "shells_create",
      title: "Create a shell",
      description: "Add a shell.",
      input: z.object({ shell_name: z.string(), size: z.number().optional() }),
      output: z.object({ id: z.string() }),
      toRequest: ({ shell_name, ...body }) => ({ body: { ...body, name: shell_name } }),
      toAnswer: (fields) => ({ fields, text: `Created ${fields.id}.` }),
    }),
    defineTool(shellContract, "getShell", {
      name: "shells_get",
      title: "Look at a shell",
      description: "See a shell.",
      input: z.object({ shell_id: z.string(), big: z.boolean().optional() }),
      output: z.object({ id: z.string(), name: z.string(), seenBy: z.string() }),
      nextSteps: { "shells.not_found": "shells_create makes one." },
      toRequest: ({ shell_id, ...query }) => ({ params: { shellId: shell_id }, query }),
      toAnswer: (fields, { quotes }) => ({ fields, text: quotes.quote("shell", {}, fields.name) }),
    }),
    composeTool(shellContract.routes.getShell, {
      name: "shells_pair",
      title: "Look at two shells",
      description: "See two shells.",
      input: z.object({}),
      output: z.object({ ids: z.array(z.string()) }),
      async run(session) {
        const shells = ["s1", "s2"].map((shellId) =>
          session.invoke(shellContract, "getShell", { params: { shellId } }),
        );
        const ids = (await Promise.all(shells)).map(({ id }) => id);
        return { fields: { ids }, text: ids.join() };
      },
    }),
  ],
  resources: [
    {
      uri: "shell://{shellId}/inside",
      name: "inside",
      title: "Inside",
      description: "What is inside",
      mimeType: "text/plain" as const,
      read: async (session: Parameters<Parameters<typeof composeTool>[1]["run"]>[0], { shellId = "" }) =>
        (await session.invoke(shellContract, "getShell", { params: { shellId } })).name,
    },
  ],
  prompts: [
    definePrompt({
      name: "admire",
      title: "Admire",
      description: "Admire a shell",
      arguments: z.object({ shell_id: z.string() }),
      write: async ({ caller }, { shell_id }) => `${caller.name} admires ${shell_id}.`,
    }),
  ],
};

const callerNamed = (name: string, scopes: AgentCaller["scopes"]): AgentCaller => ({
  kind: "agent",
  agentId: `agt_${name}` as AgentCaller["agentId"],
  organizationId: "org_test" as AgentCaller["organizationId"],
  name,
  fingerprint: "0000-0000-0000-0000",
  publicKey: "",
  scopes,
});

const ada = callerNamed("ada", new Set(["diary:read", "diary:write"]));
const grace = callerNamed("grace", new Set(["diary:read"]));

describeEachDatabase("tools as views of routes", idempotencyMigrations, ({ database }) => {
  const publicUrl = "http://localhost:4200";
  const { logger, lines } = collectLogs();
  let recorded: { action: Action; inTransaction: boolean }[] = [];
  let servers: RunningServer[] = [];
  const stops: (() => Promise<void>)[] = [];

  /** One process of the reef, with budgets of its own. */
  async function start(limitFactor = 1_000): Promise<RunningServer> {
    const telemetry = { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger };
    const serving = {
      publicUrl,
      routes,
      limits: createLimits(limitFactor),
      idempotency: createIdempotency("a master secret that only tests use"),
      db: database().kysely,
      trustedProxies: 0,
      allowedOrigins: ["https://console.example"],
      recorder: {
        record: async (transaction: { isTransaction: boolean }, action: Action) => {
          recorded.push({ action, inTransaction: transaction.isTransaction });
        },
      },
    };
    const authenticator = {
      authenticate(authorization: string) {
        if (authorization === "Bearer ada") return ada;
        if (authorization === "Bearer grace") return grace;
        throw shellErrors.signed_out();
      },
      async authenticateSecret(clientId: string, secret: string, address: string) {
        if (secret === WAIT) throw shellErrors.too_many({ detail: `Too many from ${address}.` });
        if (clientId !== ada.agentId || secret !== SECRET) throw shellErrors.signed_out();
        return ada;
      },
    };
    const app = createApp({ ...serving, telemetry, authenticator: byBearerToken(authenticator) });
    const endpoint = mountMcp(app, { ...serving, logger, authenticator, offer });
    const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl });
    stops.push(async () => {
      await endpoint.stop();
      await server.stop(1);
    });
    return server;
  }

  before(async () => {
    servers = [await start(), await start()];
  });
  after(async () => {
    for (const stop of stops) await stop();
  });
  beforeEach(() => {
    recorded = [];
  });

  const addressOf = (server: RunningServer | undefined) => `http://127.0.0.1:${server?.port}/mcp`;

  /** A client whose requests go to the processes in turn. */
  async function connect(
    headers: Record<string, string>,
    mode: "legacy" | "auto" = "legacy",
    among: readonly RunningServer[] = servers,
  ): Promise<Client> {
    let turn = 0;
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    const transport = new StreamableHTTPClientTransport(new URL(addressOf(among[0])), {
      requestInit: { headers },
      fetch: (_url, init) => {
        turn += 1;
        return fetch(addressOf(among[turn % among.length]), init);
      },
    });
    await client.connect(transport);
    return client;
  }

  const textOf = (result: unknown): string => {
    const [block] = (result as { content: { text: string }[] }).content;
    return block?.text ?? "";
  };

  const post = (headers: Record<string, string>, body: string, server = servers[0]) =>
    fetch(addressOf(server), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", ...headers },
      body,
    });

  const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });

  for (const mode of ["legacy", "auto"] as const) {
    it(`any process answers any request of a client (${mode === "legacy" ? "2025-11-25" : "2026-07-28"})`, async () => {
      const client = await connect({ Authorization: "Bearer ada" }, mode);
      assert.equal(client.getNegotiatedProtocolVersion(), mode === "legacy" ? "2025-11-25" : "2026-07-28");
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map(({ name, annotations }) => [name, annotations]),
        [
          ["shells_create", { destructiveHint: false, openWorldHint: false }],
          ["shells_get", { readOnlyHint: true, openWorldHint: false }],
          ["shells_pair", { readOnlyHint: true, openWorldHint: false }],
        ],
      );
      const got = await client.callTool({ name: "shells_get", arguments: { shell_id: "s7", big: true } });
      assert.deepEqual(got.structuredContent, { id: "s7", name: "big", seenBy: "ada" });
      const pair = await client.callTool({ name: "shells_pair", arguments: {} });
      assert.deepEqual(pair.structuredContent, { ids: ["s1", "s2"] });
      const { contents } = await client.readResource({ uri: "shell://s9/inside" });
      assert.deepEqual(contents, [{ uri: "shell://s9/inside", mimeType: "text/plain", text: "small" }]);
      const { messages } = await client.getPrompt({ name: "admire", arguments: { shell_id: "s9" } });
      assert.deepEqual(messages[0]?.content, { type: "text", text: "ada admires s9." });
      await client.close();
    });
  }

  it("a change by a tool is recorded in its transaction like one by REST; a refused one and a read are not", async () => {
    const client = await connect({ Authorization: "Bearer ada" });
    await client.callTool({ name: "shells_create", arguments: { shell_name: "whelk" } });
    await client.callTool({ name: "shells_create", arguments: { shell_name: "cracked" } });
    await client.callTool({ name: "shells_get", arguments: { shell_id: "s1" } });
    const [only, ...others] = recorded;
    assert.deepEqual(others, []);
    assert.equal(only?.inTransaction, true);
    assert.deepEqual(
      { operation: only?.action.operation, actor: only?.action.actor.name, fields: only?.action.fields },
      { operation: "shells.createShell", actor: "ada", fields: ["name"] },
    );
  });

  it("what the response schema does not name never leaves the server, by tool as by REST", async () => {
    const client = await connect({ Authorization: "Bearer ada" });
    const result = await client.callTool({ name: "shells_create", arguments: { shell_name: "whelk" } });
    assert.deepEqual(result.structuredContent, { id: "s1" });
    assert.doesNotMatch(JSON.stringify(result), new RegExp(SECRET));
  });

  it("an error carries the problem's detail, its fields under the tool's names, its code and the next step", async () => {
    const client = await connect({ Authorization: "Bearer ada" });
    const call = (name: string, given: Record<string, unknown>) => client.callTool({ name, arguments: given });
    const cracked = await call("shells_create", { shell_name: "cracked" });
    assert.equal(cracked.isError, true);
    assert.match(
      textOf(cracked),
      /^The shell is cracked; take another\.\n\(shells\.cracked, status 409, request [\w-]+\)$/,
    );
    const long = await call("shells_create", { shell_name: "x".repeat(30) });
    assert.match(textOf(long), /- name: .*20/);
    const unknown = await call("shells_get", { shell_id: "s404" });
    assert.match(textOf(unknown), /^There is no such shell\.\nNext: shells_create makes one\.\n\(shells/);
    const malformed = await call("shells_get", { shell_id: "../../etc/passwd" });
    assert.match(textOf(malformed), /^This is not an id of anything here\.\nNext: shells_create makes one\./);
    const misnamed = await call("shells_get", { shellId: "s1" });
    assert.match(textOf(misnamed), /shell_id[\s\S]*shellId/);
    const broken = await call("shells_create", { shell_name: "broken" });
    assert.match(textOf(broken), /http\.internal/);
    assert.doesNotMatch(textOf(broken), /The sea is away/);
    await assert.rejects(client.readResource({ uri: "shell://s404/inside" }), {
      code: -32602,
      message: /There is no such shell/,
    });
  });

  it("a tool spends the budget of its route, for the agent and not for the address", async () => {
    const one = await start(1 / 60);
    const client = await connect({ Authorization: "Bearer ada" }, "legacy", [one]);
    const call = () => client.callTool({ name: "shells_get", arguments: { shell_id: "s1" } });
    assert.equal((await call()).isError, undefined);
    const refused = await call();
    assert.equal(refused.isError, true);
    assert.match(textOf(refused), /Try again after \d+ seconds\.\n\(http\.rate_limited, status 429/);
    const other = await connect({ Authorization: "Bearer grace" }, "legacy", [one]);
    assert.equal((await other.callTool({ name: "shells_get", arguments: { shell_id: "s1" } })).isError, undefined);
  });

  it("a token that lacks the scope is told which to ask for, so that the client can ask its user", async () => {
    const body = { jsonrpc: "2.0", id: 1, method: "tools/call" };
    const params = { name: "shells_create", arguments: { shell_name: "whelk" } };
    const response = await post({ Authorization: "Bearer grace" }, JSON.stringify({ ...body, params }));
    assert.equal(response.status, 403);
    assert.match(
      response.headers.get("WWW-Authenticate") ?? "",
      /error="insufficient_scope".*scope="diary:write".*resource_metadata="http:\/\/localhost:4200\/\.well-known\/oauth-protected-resource\/mcp"/,
    );
    assert.deepEqual(recorded, []);
  });

  it("without credentials the answer says where to get them; a token decides over headers that were left in place", async () => {
    const metadata = 'resource_metadata="http://localhost:4200/.well-known/oauth-protected-resource/mcp"';
    const anonymous = await post({}, LIST);
    assert.equal(anonymous.status, 401);
    assert.equal(anonymous.headers.get("WWW-Authenticate"), `Bearer ${metadata}`);
    assert.equal(((await anonymous.json()) as { code: string }).code, "http.unauthenticated");
    const secret = { "X-Client-Id": ada.agentId, "X-Client-Secret": SECRET };
    assert.equal((await post(secret, LIST)).status, 200);
    const wrong = await post({ ...secret, "X-Client-Secret": "guessed" }, LIST);
    assert.equal(wrong.headers.get("WWW-Authenticate"), `Bearer error="invalid_token", ${metadata}`);
    assert.equal((await post({ ...secret, Authorization: "Bearer nobody" }, LIST)).status, 401);
    const client = await connect({ ...secret, Authorization: "Bearer grace" });
    const { structuredContent } = await client.callTool({ name: "shells_get", arguments: { shell_id: "s1" } });
    assert.deepEqual(structuredContent, { id: "s1", name: "small", seenBy: "grace" });
  });

  it("guessing credentials ends at the address's budget", async () => {
    const one = await start(1 / 60);
    const attempts: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      attempts.push((await post({ Authorization: `Bearer ${attempt}` }, LIST, one)).status);
    }
    assert.deepEqual(attempts, [401, 401, 429]);
    const another = await start(1 / 60);
    const codes: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refused = await post({ "X-Client-Id": ada.agentId, "X-Client-Secret": WAIT }, LIST, another);
      const { code, detail } = (await refused.json()) as { code: string; detail: string };
      codes.push(code);
      if (attempt === 0) assert.equal(detail, "Too many from 127.0.0.1.");
    }
    assert.deepEqual(codes, ["shells.too_many", "shells.too_many", "http.rate_limited"]);
  });

  it("pages of other sites are refused, also those that reach the server by another name (DNS rebinding)", async () => {
    const from = async (origin: string) => (await post({ Authorization: "Bearer ada", Origin: origin }, LIST)).status;
    assert.equal(await from("https://evil.example"), 403);
    assert.equal(await from("null"), 403);
    assert.equal(await from("http://localhost:4200"), 200);
    assert.equal(await from("https://console.example"), 200);
  });

  it("what is no such request is refused: other media types, bodies that are too large, other methods", async () => {
    const signedIn = { Authorization: "Bearer ada" };
    assert.equal((await post({ ...signedIn, "Content-Type": "text/plain" }, LIST)).status, 415);
    assert.equal((await post({ ...signedIn, Accept: "text/html" }, LIST)).status, 406);
    assert.equal((await post(signedIn, "{")).status, 400);
    const large = await post(signedIn, JSON.stringify({ ...JSON.parse(LIST), params: { x: "x".repeat(1_048_576) } }));
    assert.equal(large.status, 413);
    for (const method of ["GET", "DELETE", "PUT"]) {
      const response = await fetch(addressOf(servers[0]), { method, headers: signedIn });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get("Allow"), "POST");
    }
  });

  it("JSON that nests deep makes nothing fail, wherever it stands", async () => {
    const deep = `${"[".repeat(20_000)}"\\u0000"${"]".repeat(20_000)}`;
    const call = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    const signedIn = { Authorization: "Bearer ada" };
    for (const body of [deep, call(deep), `{"jsonrpc":"2.0","id":${deep},"method":"tools/list"}`]) {
      assert.equal((await post(signedIn, body)).status, 400);
    }
    const asArgument = await post(signedIn, call(`{"name":"shells_create","arguments":{"shell_name":${deep}}}`));
    assert.match(await asArgument.text(), /more than the maximum of 1000 elements/);
    const besides = call(`{"name":"shells_create","arguments":{"shell_name":"conch"},"_meta":{"x":${deep}}}`);
    assert.match(await (await post(signedIn, besides)).text(), /Created s1/);
  });

  it("the log names operation and agent, and holds neither credentials nor what was said", async () => {
    const client = await connect({ "X-Client-Id": ada.agentId, "X-Client-Secret": SECRET });
    await client.callTool({ name: "shells_create", arguments: { shell_name: "periwinkle" } });
    const call = lines().findLast(({ operation }) => operation === "mcp.shells_create");
    assert.deepEqual({ caller: call?.caller, level: call?.level }, { caller: ada.agentId, level: "info" });
    const all = JSON.stringify(lines());
    assert.doesNotMatch(all, new RegExp(SECRET));
    assert.doesNotMatch(all, /periwinkle/);
  });

  it("a failure that is the reef's own answers 503 or 500 as everywhere, and is logged", async () => {
    const client = await connect({ Authorization: "Bearer ada" });
    await client.callTool({ name: "shells_create", arguments: { shell_name: "broken" } });
    const line = lines().findLast(({ level }) => level === "error");
    assert.equal(line?.code, httpErrors.internal().code);
  });
});

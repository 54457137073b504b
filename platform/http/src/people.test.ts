import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Id, newId } from "@reef/crypto";
import { type DatabaseHandle, openDatabase } from "@reef/db";
import { createTelemetry } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { z } from "zod";
import { type Action, type AgentCaller, byBearerToken, type Caller, type PersonCaller } from "./call.ts";
import { defineContract, type People, type Route, type Scope } from "./contract.ts";
import { createApp } from "./create-app.ts";
import { httpErrors } from "./errors.ts";
import { createEventStreams } from "./event-stream.ts";
import { createIdempotency } from "./idempotency.ts";
import { createLimits } from "./limits.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { implement, type MountedRoute } from "./routes.ts";
import { type RunningServer, serve } from "./serve.ts";

const tideSchema = z.object({ id: z.string(), seenBy: z.string() });

const readBy = (name: string, who: Pick<Route, "access"> & { people?: People; agents?: false }) =>
  ({
    method: "GET",
    path: `/api/tides/${name}`,
    summary: `Read the tide (${name})`,
    limit: "read",
    status: 200,
    response: tideSchema,
    errors: [],
    ...who,
  }) as const satisfies Route;

/** One route for each way of saying who may call it. */
const tideContract = defineContract({
  module: "tides",
  title: "Tides",
  routes: {
    open: readBy("open", { access: "public" }),
    anonymous: readBy("anonymous", { access: { anonymousOr: "diary:read" } }),
    anonymousMember: readBy("anonymous-member", { access: { anonymousOr: "diary:read" }, people: "member" }),
    agent: readBy("agent", { access: "diary:read" }),
    both: readBy("both", { access: "diary:read", people: "member" }),
    admins: readBy("admins", { access: "diary:read", people: "admin" }),
    owners: readBy("owners", { access: "diary:read", people: "owner" }),
    member: readBy("member", { access: "diary:read", people: "member", agents: false }),
    owner: readBy("owner", { access: "diary:read", people: "owner", agents: false }),
    account: readBy("account", { access: "diary:read", people: "account", agents: false }),
    accountToo: readBy("account-too", { access: "diary:read", people: "account" }),
    operator: readBy("operator", { access: "diary:read", people: "operator", agents: false }),
    probe: { ...readBy("probe", { access: "public" }), limit: "probe" },
    turn: {
      method: "POST",
      path: "/api/tides/{tideId}/turn",
      summary: "Turn the tide",
      access: "diary:read",
      people: "member",
      limit: "write",
      params: z.object({ tideId: z.string() }),
      body: z.object({ hours: z.int(), moon: z.string().optional() }),
      status: 200,
      response: tideSchema,
      errors: [],
    },
    stop: {
      method: "POST",
      path: "/api/tides/{organizationId}/stop",
      summary: "Stop the tide of an organization",
      recordedIn: ({ id }: { id: Id<"org"> }) => id,
      access: "diary:read",
      people: "operator",
      agents: false,
      limit: "write",
      params: z.object({ organizationId: z.string() }),
      status: 200,
      response: tideSchema,
      errors: [],
    },
    rename: {
      method: "POST",
      path: "/api/tides/name",
      summary: "Rename the tide, which is nobody's",
      access: "diary:read",
      people: "account",
      agents: false,
      limit: "write",
      status: 200,
      response: tideSchema,
      errors: [],
    },
    watch: {
      method: "GET",
      path: "/api/tides/stream",
      summary: "Follow the tide",
      access: "diary:read",
      people: "admin",
      agents: false,
      limit: "stream",
      status: 200,
      stream: { event: "tide", data: tideSchema },
      errors: [],
    },
  },
});

const organizationId = newId("org");
const otherOrganizationId = newId("org");
const scopes: ReadonlySet<Scope> = new Set(["diary:read"]);
const noScopes: ReadonlySet<Scope> = new Set();

const agent: AgentCaller = {
  kind: "agent",
  agentId: newId("agt"),
  organizationId,
  name: "ada",
  fingerprint: "0000-0000-0000-0000",
  publicKey: "",
  scopes,
};
const personOf = (role: PersonCaller["role"], isOperator = false) =>
  ({ kind: "person", personId: newId("usr"), organizationId, name: role, role, isOperator, scopes }) as const;
const accountOf = (name: string, isOperator = false) =>
  ({ kind: "account", personId: newId("usr"), name, isOperator, scopes }) as const;

/** Everybody who may call, by name. */
const callers = {
  nobody: undefined,
  agent,
  agentWithoutScope: { ...agent, scopes: noScopes },
  member: personOf("member"),
  admin: personOf("admin"),
  owner: personOf("owner"),
  ownerWithoutScope: { ...personOf("owner"), scopes: noScopes },
  account: accountOf("account"),
  operator: accountOf("operator", true),
  operatingMember: personOf("member", true),
} as const satisfies Record<string, Caller | undefined>;
type CallerName = keyof typeof callers;

const yes = "200";
const unknown = "401 http.unauthenticated";
const scope = "403 http.missing_scope";
const agents = "403 http.agents_only";
const people = "403 http.people_only";
const role = "403 http.role_needed";
const organization = "400 http.organization_needed";

/** What each route answers each of them: first whether it is for such as they are, then whether they have its scope. */
const expected: Record<string, Record<CallerName, string>> = {
  open: {
    nobody: yes,
    agent: yes,
    agentWithoutScope: yes,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: yes,
    account: yes,
    operator: yes,
    operatingMember: yes,
  },
  anonymous: {
    nobody: yes,
    agent: yes,
    agentWithoutScope: scope,
    member: agents,
    admin: agents,
    owner: agents,
    ownerWithoutScope: agents,
    account: agents,
    operator: agents,
    operatingMember: agents,
  },
  anonymousMember: {
    nobody: yes,
    agent: yes,
    agentWithoutScope: scope,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: yes,
  },
  agent: {
    nobody: unknown,
    agent: yes,
    agentWithoutScope: scope,
    member: agents,
    admin: agents,
    owner: agents,
    ownerWithoutScope: agents,
    account: agents,
    operator: agents,
    operatingMember: agents,
  },
  both: {
    nobody: unknown,
    agent: yes,
    agentWithoutScope: scope,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: yes,
  },
  admins: {
    nobody: unknown,
    agent: yes,
    agentWithoutScope: scope,
    member: role,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: role,
  },
  owners: {
    nobody: unknown,
    agent: yes,
    agentWithoutScope: scope,
    member: role,
    admin: role,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: role,
  },
  member: {
    nobody: unknown,
    agent: people,
    agentWithoutScope: people,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: yes,
  },
  owner: {
    nobody: unknown,
    agent: people,
    agentWithoutScope: people,
    member: role,
    admin: role,
    owner: yes,
    ownerWithoutScope: scope,
    account: organization,
    operator: organization,
    operatingMember: role,
  },
  account: {
    nobody: unknown,
    agent: people,
    agentWithoutScope: people,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: yes,
    operator: yes,
    operatingMember: yes,
  },
  accountToo: {
    nobody: unknown,
    agent: yes,
    agentWithoutScope: scope,
    member: yes,
    admin: yes,
    owner: yes,
    ownerWithoutScope: scope,
    account: yes,
    operator: yes,
    operatingMember: yes,
  },
  operator: {
    nobody: unknown,
    agent: people,
    agentWithoutScope: people,
    member: role,
    admin: role,
    owner: role,
    ownerWithoutScope: role,
    account: role,
    operator: yes,
    operatingMember: yes,
  },
};

describe("routes for agents and people", () => {
  let database: DatabaseHandle;
  let server: RunningServer;
  const streams = createEventStreams();
  const actions: Action[] = [];
  const handled: string[] = [];

  before(async () => {
    database = await openDatabase({});
    const seen = async ({ caller }: { caller: Caller | undefined }) => {
      handled.push(caller?.name ?? "nobody");
      return { id: "tide", seenBy: caller?.name ?? "nobody" };
    };
    const routes = implement(tideContract, {
      open: seen,
      anonymous: seen,
      anonymousMember: seen,
      agent: seen,
      both: seen,
      admins: seen,
      owners: seen,
      member: seen,
      owner: seen,
      account: seen,
      accountToo: seen,
      operator: seen,
      probe: seen,
      turn: seen,
      stop: async (call, { params }) => ({ ...(await seen(call)), id: params.organizationId }),
      rename: seen,
      watch: async () => (stream) => {
        handled.push("stream");
        stream.end("stopping");
      },
    });
    const app = createApp({
      publicUrl: "http://reef.test",
      routes: routes as MountedRoute[],
      streams,
      authenticator: byBearerToken({
        authenticate(authorization) {
          const caller = callers[authorization.slice("Bearer ".length) as CallerName];
          return caller ?? assert.fail("nobody has this token");
        },
      }),
      organizations: {
        findNamed({ headers }) {
          const named = headers["x-reef-organization"];
          if (named === undefined) return undefined;
          return { ours: organizationId, theirs: otherOrganizationId }[String(named)] ?? null;
        },
      },
      allowedOrigins: ["https://console.test"],
      telemetry: {
        ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
        logger: silentLogger,
      },
      limits: createLimits(100),
      idempotency: createIdempotency("a master secret of thirty-two characters"),
      recorder: {
        async record(transaction, action) {
          assert.ok(transaction.isTransaction);
          actions.push(action);
        },
      },
      db: database.kysely,
      trustedProxies: 0,
    });
    server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl: "http://reef.test" });
  });
  after(async () => {
    streams.stop();
    await server.stop(1);
    await database.close();
  });

  /** Sends a request as somebody, about the organization that it names. */
  function send(who: CallerName, path: string, { named = "", body }: { named?: string; body?: unknown } = {}) {
    return fetch(`http://127.0.0.1:${server.port}/api/tides/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(who !== "nobody" && { authorization: `Bearer ${who}` }),
        ...(named !== "" && { "x-reef-organization": named }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async function answerOf(response: Response): Promise<string> {
    if (response.status < 400) return String(response.status);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    return `${response.status} ${((await response.json()) as { code: string }).code}`;
  }

  const pathOf = (verb: string) =>
    (tideContract.routes as Record<string, Route>)[verb]?.path.slice("/api/tides/".length) ?? assert.fail(verb);

  for (const [verb, promised] of Object.entries(expected)) {
    it(`MN15: ${verb} admits whom it names, and tells each of the others why not`, async () => {
      const answers: Partial<Record<CallerName, string>> = {};
      handled.length = 0;
      for (const who of Object.keys(callers) as CallerName[]) {
        answers[who] = await answerOf(await send(who, pathOf(verb)));
      }
      assert.deepEqual(answers, promised);
      // The others never reach what answers it.
      assert.equal(handled.length, Object.values(promised).filter((answer) => answer === yes).length);
    });
  }

  it("a stream admits whom it names, before it begins", async () => {
    handled.length = 0;
    for (const who of ["nobody", "agent", "member", "account"] as const) {
      const { status } = await send(who, "stream");
      assert.equal(String(status), { nobody: "401", agent: "403", member: "403", account: "400" }[who], who);
    }
    assert.deepEqual(handled, []);
    const admitted = await send("admin", "stream");
    assert.match(await admitted.text(), /"reason":"stopping"/);
    assert.deepEqual([admitted.status, handled], [200, ["stream"]]);
  });

  it("MO20: who names another organization, or one that does not exist, gets a bare 404 and nothing is done", async () => {
    handled.length = 0;
    for (const who of ["agent", "member", "owner", "operatingMember"] as const) {
      for (const named of ["theirs", "nowhere", "ours,theirs"]) {
        for (const path of [pathOf("both"), pathOf("operator"), pathOf("account"), pathOf("agent")]) {
          const response = await send(who, path, { named });
          assert.equal(response.status, 404, `${who} at ${path}`);
          assert.equal(await response.text(), "");
          assert.equal(response.headers.get("content-type"), null);
        }
      }
    }
    for (const who of ["nobody", "account"] as const) {
      const response = await send(who, pathOf("open"), { named: "nowhere" });
      assert.deepEqual([response.status, await response.text()], [404, ""], who);
    }
    assert.deepEqual(handled, []);
  });

  it("MO20: who names the own organization is answered, and so is anybody where nothing is anybody's", async () => {
    for (const who of ["agent", "member", "owner"] as const) {
      assert.equal((await send(who, pathOf("both"), { named: "ours" })).status, 200, who);
    }
    for (const named of ["ours", "theirs"]) {
      assert.equal((await send("nobody", pathOf("open"), { named })).status, 200);
    }
  });

  it("MO20: probes of liveness are answered under any name, and nothing else beside them is", async () => {
    for (const named of ["ours", "theirs", "nowhere"]) {
      assert.equal((await send("nobody", pathOf("probe"), { named })).status, 200, named);
    }
    assert.equal((await send("nobody", `${pathOf("probe")}/x`, { named: "nowhere" })).status, 404);
  });

  it("a change is recorded with who made it: the agent with its key, or the person, in the organization", async () => {
    actions.length = 0;
    for (const who of ["agent", "member", "operatingMember"] as const) {
      const response = await send(who, "ebb/turn", { body: { hours: 6, moon: "full" } });
      assert.equal(response.status, 200);
    }
    const { member, operatingMember } = callers;
    assert.deepEqual(
      actions.map(({ actor }) => actor),
      [
        { agentId: agent.agentId, organizationId, name: "ada", fingerprint: agent.fingerprint },
        { personId: member.personId, organizationId, name: "member" },
        { personId: operatingMember.personId, organizationId, name: "member" },
      ],
    );
    const [{ operation, subject, fields } = assert.fail("nothing was recorded")] = actions;
    assert.deepEqual(
      { operation, subject, fields },
      { operation: "tides.turn", subject: { tideId: "ebb", id: "tide" }, fields: ["hours", "moon"] },
    );
  });

  it("what an operator does to an organization is recorded there, from inside or outside of any", async () => {
    actions.length = 0;
    for (const who of ["operator", "operatingMember"] as const) {
      const response = await send(who, `${otherOrganizationId}/stop`, { body: {} });
      assert.equal(response.status, 200);
    }
    const { operator, operatingMember } = callers;
    assert.deepEqual(
      actions.map(({ actor }) => actor),
      [
        { personId: operator.personId, organizationId: otherOrganizationId, name: "operator" },
        { personId: operatingMember.personId, organizationId: otherOrganizationId, name: "member" },
      ],
    );
  });

  it("what somebody does outside of any organization is in nobody's record, and what is refused neither", async () => {
    actions.length = 0;
    assert.equal((await send("account", "name", { body: {} })).status, 200);
    assert.equal((await send("account", "ebb/turn", { body: { hours: 6 } })).status, 400);
    assert.equal((await send("agent", `${organizationId}/stop`, { body: {} })).status, 403);
    assert.equal((await send("member", "ebb/turn", { named: "theirs", body: { hours: 6 } })).status, 404);
    assert.deepEqual(actions, []);
  });

  it("each problem of admission tells what to do next", () => {
    const { agents_only, people_only, role_needed, organization_needed, foreign_origin } = httpErrors;
    const problems = [agents_only, people_only, role_needed, organization_needed, foreign_origin].map((make) => make());
    assert.deepEqual(
      problems.map(({ status, code }) => `${status} ${code}`),
      [agents, people, role, organization, "403 http.foreign_origin"],
    );
    assert.equal(httpErrors.other_organization().status, 404);
  });

  it("another site's page may name the organization where its origin is listed, and nowhere else", async () => {
    const preflight = (origin: string) =>
      fetch(`http://127.0.0.1:${server.port}/api/tides/both`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "GET",
          "access-control-request-headers": "authorization,x-reef-organization",
        },
      });
    const { headers } = await preflight("https://console.test");
    assert.equal(headers.get("access-control-allow-origin"), "https://console.test");
    assert.match(headers.get("access-control-allow-headers") ?? "", /(^|,)X-Reef-Organization(,|$)/);
    // Without it a browser sends no cookie along, so no page of another site acts for who is signed in.
    assert.equal(headers.get("access-control-allow-credentials"), null);
    assert.equal((await preflight("https://elsewhere.test")).headers.get("access-control-allow-origin"), null);
  });
});

describe("the OpenAPI document of routes for agents and people", () => {
  interface Described {
    security: unknown;
    description?: string;
    parameters?: { name: string; in: string; required?: boolean }[];
  }
  const documentAt = (publicUrl: string) =>
    createOpenApiDocument([tideContract], { publicUrl, version: "1" }) as unknown as {
      paths: Record<string, Record<string, Described>>;
      components: { securitySchemes: Record<string, { type: string; in?: string; name?: string; scheme?: string }> };
    };
  const { paths, components } = documentAt("http://reef.test");
  const described = (name: string) => paths[`/api/tides/${name}`]?.get ?? assert.fail(name);

  it("says of each route who may call it, and with what", () => {
    const oauth2 = { oauth2: ["diary:read"] };
    const as = (least: People) => [{ session: [least] }, { apiKey: [least] }];
    assert.deepEqual(described("open").security, []);
    assert.deepEqual(described("agent").security, [oauth2]);
    assert.deepEqual(described("both").security, [oauth2, ...as("member")]);
    assert.deepEqual(described("admins").security, [oauth2, ...as("admin")]);
    assert.deepEqual(described("owner").security, as("owner"));
    assert.deepEqual(described("account").security, as("account"));
    assert.deepEqual(described("operator").security, as("operator"));
    assert.deepEqual(described("anonymous-member").security, [{}, oauth2, ...as("member")]);
    assert.equal(described("agent").description, undefined);
    assert.equal(described("admins").description, "For people too: the organization's owners and admins.");
    assert.equal(described("operator").description, "For people only: those who operate the reef.");
  });

  it("declares how people prove who they are; the cookie's name is as it is sent over TLS", () => {
    const { session, apiKey, oauth2 } = components.securitySchemes;
    assert.deepEqual([session?.type, session?.in, session?.name], ["apiKey", "cookie", "reef.session_token"]);
    assert.deepEqual([apiKey?.type, apiKey?.scheme], ["http", "bearer"]);
    assert.equal(oauth2?.type, "oauth2");
    const { securitySchemes } = documentAt("https://reef.example").components;
    assert.equal(securitySchemes.session?.name, "__Secure-reef.session_token");
  });

  it("names the header that picks the organization on the routes which people call", () => {
    const names = (name: string) => described(name).parameters?.map((parameter) => parameter.name) ?? [];
    for (const name of ["both", "admins", "owner", "account"]) assert.deepEqual(names(name), ["X-Reef-Organization"]);
    for (const name of ["open", "agent", "operator"]) assert.deepEqual(names(name), []);
    assert.deepEqual(
      described("both").parameters?.map(({ in: place, required = false }) => [place, required]),
      [["header", false]],
    );
  });
});

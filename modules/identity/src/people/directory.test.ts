import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { newId, sha256Hex } from "@reef/crypto";
import { type DatabaseHandle, migrateToLatest, openDatabase } from "@reef/db";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { systemClock } from "../clock.ts";
import {
  emptyReef,
  found,
  insertFoundingVoucher,
  type JoinedAgent,
  join,
  newPublicUrl,
  type RunningReef,
  startReef,
  testMigrations,
} from "../test-reef.ts";
import { createOrganizationDirectory } from "./directory.ts";
import { ask, type HostAnswer } from "./test-hosts.ts";

const ELSEWHERE = "e".repeat(64);

const nameIt = ({ kysely }: DatabaseHandle, { agent }: JoinedAgent, slug: string) =>
  sql`update identity.organizations set slug = ${slug} where founder_agent_id = (
    select id from identity.agents where fingerprint = ${agent.fingerprint})`.execute(kysely);

describeEachDatabase("the organization that a request names", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let port: string;
  let acme: JoinedAgent;
  let other: JoinedAgent;

  beforeEach(async () => {
    await emptyReef(database());
    const publicUrl = (await newPublicUrl()).replace("127.0.0.1", "reef.example");
    port = new URL(publicUrl).port;
    reef = await startReef({ database: database(), publicUrl, loops: false });
    acme = await found(reef);
    await insertFoundingVoucher(database(), sha256Hex(ELSEWHERE));
    other = await join(reef, ELSEWHERE);
    await nameIt(database(), acme, "acme");
    await nameIt(database(), other, "other");
  });
  afterEach(() => reef.stop());

  const whoami = (headers: object) => ask(reef, "/api/agents/whoami", { ...headers });
  const assertBare = ({ status, type, text }: HostAnswer, reason: string) => {
    assert.equal(status, 404, reason);
    assert.equal(text, "", reason);
    assert.equal(type, undefined, reason);
  };

  it("MO20: by header or host an agent reaches its own organization, and of another one it gets a bare 404", async () => {
    const { token } = acme;
    const { organizationId } = acme.agent;
    for (const header of ["acme", "ACME", organizationId]) {
      assert.equal((await whoami({ token, "x-reef-organization": header })).status, 200, header);
    }
    for (const host of [`acme.reef.example:${port}`, "Acme.Reef.Example", "acme.reef.example.", "acme.localhost"]) {
      assert.equal((await whoami({ token, host })).status, 200, host);
    }
    for (const header of [
      "other",
      other.agent.organizationId,
      "nobody",
      newId("org"),
      "app",
      "acme, acme",
      "no_slug",
    ]) {
      assertBare(await whoami({ token, "x-reef-organization": header }), header);
    }
    for (const host of [
      `other.reef.example:${port}`,
      "nobody.reef.example",
      "a.acme.reef.example",
      "other.localhost",
    ]) {
      assertBare(await whoami({ token, host }), host);
    }
  });

  it("MO20: another organization and one that does not exist look the same, with a token and without", async () => {
    for (const token of [acme.token, undefined]) {
      const [one, none] = await Promise.all([
        whoami({ token, "x-reef-organization": token ? "other" : "nobody" }),
        whoami({ token, "x-reef-organization": "nobody-else" }),
      ]);
      assertBare(one, "another");
      assert.deepEqual(one, none);
    }
    const anonymous = await whoami({ "x-reef-organization": "acme" });
    assert.equal(anonymous.status, 401);
  });

  it("MO20: a name that nobody has gets nothing at any address, be it one of a route, of a page or of nothing", async () => {
    const headers = { "x-reef-organization": "nobody" };
    for (const path of ["/api/health/x", "/api/agents", "/oauth2/jwks", "/", "/problems", "/mcp"]) {
      assertBare(await ask(reef, path, headers), path);
    }
    assert.equal((await ask(reef, "/oauth2/jwks")).status, 200, "without the name it is there");
  });

  it("MO20: the reef itself, its addresses and the names that are kept for it name nothing", async () => {
    const { token } = acme;
    const hosts = [`reef.example:${port}`, "127.0.0.1", "10.1.2.3:80", "[::1]:4200", "localhost", "elsewhere.test"];
    const reserved = ["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"];
    for (const host of [...hosts, ...reserved.map((name) => `${name}.reef.example`)]) {
      assert.equal((await whoami({ token, host })).status, 200, host);
    }
    assert.equal((await whoami({ token, "x-reef-organization": " " })).status, 200);
  });

  it("MO20: header and host must name the same organization", async () => {
    const { token } = acme;
    const both = (header: string) => whoami({ token, host: "acme.reef.example", "x-reef-organization": header });
    assert.equal((await both("acme")).status, 200);
    assert.equal((await both(acme.agent.organizationId)).status, 200);
    assertBare(await both("other"), "two organizations");
    assertBare(await both("nobody"), "one and none");
  });

  it("MO21: another name holds in every process within five seconds, and the old one names nothing then", async () => {
    const { token } = acme;
    assert.equal((await whoami({ token, "x-reef-organization": "acme" })).status, 200);
    assertBare(await whoami({ token, "x-reef-organization": "reef-team" }), "not yet");
    await nameIt(database(), acme, "reef-team");
    reef.clock.advance(5_001);
    assert.equal((await whoami({ token, "x-reef-organization": "reef-team" })).status, 200);
    assertBare(await whoami({ token, "x-reef-organization": "acme" }), "no more");
  });
});

describe("the directory of organizations", () => {
  let database: DatabaseHandle;

  before(async () => {
    database = await openDatabase({});
    await migrateToLatest(database.kysely, testMigrations);
  });
  after(() => database.close());

  const directoryAt = (publicUrl: string) =>
    createOrganizationDirectory({ db: database.kysely, clock: systemClock, publicUrl });
  const namedBy = async (publicUrl: string, host: string) =>
    directoryAt(publicUrl).findNamed({ headers: { host }, method: "GET" });

  it("MO21: a public URL that is an address of the network has no subdomains, and one under localhost has its own", async () => {
    assert.equal(await namedBy("http://10.0.0.5:4200", "acme.10.0.0.5:4200"), undefined);
    assert.equal(await namedBy("http://[::1]:4200", "[::1]:4200"), undefined);
    assert.equal(await namedBy("http://10.0.0.5:4200", "acme.localhost:4200"), null);
    assert.equal(await namedBy("http://reef.localhost", "reef.localhost"), undefined);
    assert.equal(await namedBy("http://reef.localhost", "acme.reef.localhost"), null);
    assert.equal(await namedBy("https://reef.example", "acmereef.example"), undefined);
    assert.equal(await namedBy("https://reef.example", ".reef.example"), undefined);
  });

  it("asks the database once for requests that come together and after one another, and for nothing where none is named", async () => {
    const directory = directoryAt("https://reef.example");
    const request = { headers: { "x-reef-organization": "acme" }, method: "GET" };
    const first = directory.findNamed(request);
    assert.equal(await directory.findNamed(request), null);
    assert.equal(await first, null);
    assert.equal(directory.findNamed(request), null, "the second answer is there at once");
    assert.equal(directory.findNamed({ headers: { host: "reef.example" }, method: "GET" }), undefined);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { environmentOf, jsonOf, mainFile, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

const EMAIL = "ada@reef.test";
const PASSWORD = "correct horse battery";

describe("a person's session with a real reef", () => {
  const configFolder = makeFolder("reef-cli-");
  const file = join(configFolder, "reef.json");
  let server: StartedServer;
  let cookie: string;

  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const profiles = () => JSON.parse(readFileSync(file, "utf8"));

  /** What the person's browser sends to the reef. */
  async function browse(path: string, body?: object) {
    const response = await fetch(`${server.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { Cookie: cookie, Origin: server.url, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${text}`);
    const [session] = response.headers.getSetCookie().filter((line) => line.startsWith("reef.session_token="));
    if (session !== undefined) cookie = session.split(";")[0] ?? "";
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Runs `reef login` up to the moment when it waits. */
  async function beginLogin(...more: string[]) {
    const child = spawn(process.execPath, [mainFile, "login", "--json", ...more], {
      env: environmentOf({ configFolder }),
    });
    const exited = once(child, "exit");
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
      const { value } = await lines.next();
      assert.ok(value !== undefined, stderr);
      return JSON.parse(value);
    };
    const { waitingFor } = await next();
    return { child, waitingFor, next, exitCode: async () => (await exited)[0] };
  }

  async function decide(code: string, answer: "approve" | "deny"): Promise<void> {
    await browse(`/api/auth/device?user_code=${code}`);
    await browse(`/api/auth/device/${answer}`, { userCode: code });
  }

  before(async () => {
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100" });
    cookie = "";
    const organization = { organizationName: "Acme", slug: "acme" };
    await browse("/api/setup", {
      code: server.setupCode,
      name: "Ada",
      email: EMAIL,
      password: PASSWORD,
      ...organization,
    });
    await browse("/api/auth/sign-in/email", { email: EMAIL, password: PASSWORD });
  });
  after(() => server.stop());

  it("signs in by a code that is confirmed in a browser, and keeps the session for its user only", async () => {
    const { waitingFor, next, exitCode } = await beginLogin("--url", server.url);
    const address = new URL(waitingFor.address);
    assert.equal(`${address.origin}${address.pathname}`, `${server.url}/device`);
    assert.equal(address.searchParams.get("user_code"), waitingFor.code);
    await decide(waitingFor.code, "approve");
    const { person, profile, organization } = await next();
    assert.equal(await exitCode(), 0);
    assert.deepEqual([person.email, profile, organization], [EMAIL, "me", null]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(profiles().current, "me");
    assert.equal(profiles().people.me.url, server.url);
    assert.deepEqual(profiles().profiles, {});
  });

  it("tells who one is, and in which organization", async () => {
    const account = await jsonOf(reef("whoami", "--json"));
    assert.equal(account.person.email, EMAIL);
    assert.deepEqual([account.organization.slug, account.organization.role], ["acme", "owner"]);
    const { stdout } = await reef("whoami");
    assert.match(stdout, /^Ada <ada@reef\.test>\n.*usr_/);
    assert.match(stdout, /Acme \(acme\), as owner/);
    const { checks } = await jsonOf(reef("doctor", "--json"));
    assert.ok(
      checks.every(({ isGood }: { isGood: boolean }) => isGood),
      JSON.stringify(checks),
    );
    assert.match((await reef("config", "list")).stdout, /me \*.+a person/);
  });

  it("does what people may do, and says so where an agent is needed", async () => {
    const voucher = (await reef("voucher", "issue")).stdout.trim();
    const joined = await reef(
      ...["register", "--voucher", voucher, "--name", "bo", "--profile", "bo", "--url", server.url],
    );
    assert.equal(joined.exitCode, 0, joined.stderr);
    assert.equal(profiles().current, "me", "an agent that joins takes nobody's place");
    assert.equal((await jsonOf(reef("agent", "list", "--json"))).items[0].name, "bo");
    assert.equal((await jsonOf(reef("whoami", "--profile", "bo", "--json"))).name, "bo");
    const signing = await reef("key", "rotate");
    assert.equal(signing.exitCode, 2);
    assert.match(signing.stderr, /needs the agent's key/);
    const created = await reef("diary", "create", "notes");
    assert.equal(created.exitCode, 1);
    assert.match(created.stderr, /Only for agents/);
    const taken = await reef("register", "--voucher", voucher, "--name", "cy", "--profile", "me", "--url", server.url);
    assert.match(taken.stderr, /is Ada's, a person/);
    const replaced = await reef("login", "--profile", "bo");
    assert.match(replaced.stderr, /is the agent bo's/);
  });

  it("lists the organizations, and acts in the one that was chosen or named", async () => {
    await browse("/api/auth/organization/create", { name: "Beta", slug: "beta" });
    const { items, chosen } = await jsonOf(reef("organizations", "--json"));
    assert.deepEqual(items.map(({ slug }: { slug: string }) => slug).sort(), ["acme", "beta"]);
    assert.equal(chosen, null);
    const undecided = await reef("agent", "list");
    assert.equal(undecided.exitCode, 1);
    assert.match(undecided.stderr, /Organization needed/);
    const named = await jsonOf(reef("agent", "list", "--organization", "beta", "--json"));
    assert.equal(named.total, 0);
    assert.equal((await reef("organizations", "use", "acme")).exitCode, 0);
    assert.equal((await jsonOf(reef("agent", "list", "--json"))).total, 1);
    assert.match((await reef("organizations")).stdout, /acme \*/);
    const foreign = await reef("organizations", "use", "other");
    assert.equal(foreign.exitCode, 4);
    assert.match(foreign.stderr, /Yours are: acme, beta/);
    const unknown = await reef("agent", "list", "--organization", "other");
    assert.equal(unknown.exitCode, 4);
    assert.match(unknown.stderr, /reef organizations/);
  });

  it("MO20: who has left the chosen organization still finds the others", async () => {
    const before = readFileSync(file, "utf8");
    const gone = JSON.parse(before);
    gone.people.me.organization = "left-long-ago";
    writeFileSync(file, JSON.stringify(gone));
    assert.equal((await reef("agent", "list")).exitCode, 4);
    assert.equal((await jsonOf(reef("organizations", "--json"))).items.length, 2);
    assert.equal((await reef("organizations", "use", "acme")).exitCode, 0);
    assert.equal((await reef("agent", "list")).exitCode, 0);
  });

  it("an API key in REEF_TOKEN acts for its owner in its organization", async () => {
    const { items } = await jsonOf(reef("organizations", "--json"));
    const organizations = await browse("/api/auth/organization/list");
    const acme = organizations.find(({ slug }: { slug: string }) => slug === "acme");
    const { key } = await browse("/api/auth/api-key/create", { name: "a script", organizationId: acme.id });
    const asKey = (...commandArguments: string[]) =>
      runReef({ configFolder, environment: { REEF_TOKEN: key, REEF_URL: server.url } }, ...commandArguments);
    assert.equal((await jsonOf(asKey("whoami", "--json"))).organization.slug, "acme");
    assert.equal((await jsonOf(asKey("agent", "list", "--json"))).total, 1);
    assert.equal((await asKey("organizations", "use", "beta")).exitCode, 2);
    assert.equal(items.length, 2);
  });

  it("sends the session nowhere but to the reef that gave it", async () => {
    const { exitCode, stderr } = await reef("whoami", "--url", "http://localhost:9");
    assert.equal(exitCode, 1);
    assert.match(stderr, /another reef's/);
  });

  it("ends with 130 at Ctrl-C while it waits, and leaves what was there", async () => {
    const before = readFileSync(file, "utf8");
    const { child, exitCode } = await beginLogin();
    child.kill("SIGINT");
    assert.equal(await exitCode(), 130);
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("a login that is refused in the browser changes nothing", async () => {
    const before = readFileSync(file, "utf8");
    const { waitingFor, exitCode } = await beginLogin();
    await decide(waitingFor.code, "deny");
    assert.equal(await exitCode(), 1);
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("a second login takes the first one's place, ends its session, and keeps the chosen organization", async () => {
    const { token } = profiles().people.me;
    const { waitingFor, next, exitCode } = await beginLogin();
    await decide(waitingFor.code, "approve");
    assert.equal((await next()).organization, "acme");
    assert.equal(await exitCode(), 0);
    assert.notEqual(profiles().people.me.token, token);
    const old = await fetch(`${server.url}/api/account`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(old.status, 401);
  });

  it("logging out ends the session at the reef, and forgets it here", async () => {
    const { token } = profiles().people.me;
    const { exitCode, stderr } = await reef("logout");
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /signed out/);
    const refused = await fetch(`${server.url}/api/account`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(refused.status, 401);
    assert.equal(((await refused.json()) as { code: string }).code, "identity.signed_out");
    assert.deepEqual(profiles().people, {});
    assert.equal(profiles().current, "bo", "who is left is the one that is meant");
    assert.equal((await jsonOf(reef("whoami", "--json"))).name, "bo");
    assert.equal((await reef("logout")).exitCode, 3);
  });
});

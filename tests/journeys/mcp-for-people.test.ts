import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "@reef/testing";
import { joinReef, type PlayedAgent } from "../support/agents.ts";
import { createPlainBrowser, type OAuthProgram, startOAuthProgram } from "../support/oauth-program.ts";
import { createOrganization, inviteMember, reefOf, type SignedInPerson, setUp, signIn } from "../support/people.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

const SECRET = "The ferry's spare key hangs behind the tide table";

describe("a program that a person lets in by OAuth", () => {
  let reef: ReefProcess;
  let program: OAuthProgram;
  let agent: PlayedAgent;
  let owner: SignedInPerson;
  let member: SignedInPerson;
  let organizationId: `org_${string}`;

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_OAUTH_LOCAL_CLIENTS: "true", REEF_RATE_LIMIT_FACTOR: "100" } });
    program = await startOAuthProgram();
    const { url, voucher, setupCode } = reef;
    agent = await joinReef(url, "ada", voucher);
    ({ organizationId } = agent.agent);
    const diary = await agent.reef.memory.createDiary({ name: "notes" });
    await agent.reef.memory.createEntry({ diaryId: diary.id, content: SECRET });
    owner = await setUp(url, setupCode);
    member = await inviteMember(url, owner, { organizationId, role: "member", name: "eve" });
  });
  after(async () => {
    await program?.stop();
    await reef?.stop();
  });

  /** The program's official client, once the person has let it act in the first organization. */
  async function letIn(person: SignedInPerson) {
    const { sentTo, finish } = await program.connect(reef.url);
    const open = createPlainBrowser(reef.url, person);
    const { location: page } = await open(sentTo.href);
    const { text } = await open(page);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? "";
    assert.match(text, /Act for me in first/);
    const form = { csrf: field("csrf"), person: field("person"), organization: organizationId };
    const approved = await open(page, form);
    const onward = /content="0;url=([^"]+)"/.exec(approved.text)?.[1] ?? "";
    const returned = await open(onward);
    return finish(returned.location);
  }

  it("is listed, and ended by itself or with all sessions: neither its token nor its refresh is good any more", async () => {
    const [first, second] = [await letIn(owner), await letIn(owner)];
    const { identity } = reefOf(reef.url, owner);
    const { items } = await identity.listPrograms();
    assert.deepEqual(
      items.map(({ clientHost, organization, lastUsedAt }) => [clientHost, organization.slug, lastUsedAt !== null]),
      [
        [program.host, "first", true],
        [program.host, "first", true],
      ],
    );
    const [newer, older] = items;
    assert.ok(newer !== undefined && older !== undefined);
    await assert.rejects(() => reefOf(reef.url, member).identity.endProgram({ programId: older.id }), {
      code: "identity.program_not_found",
    });
    assert.ok((await first.listTools()).tools.length > 0);
    await identity.endProgram({ programId: older.id });
    await assert.rejects(() => first.listTools(), "the official client has tried to refresh it as well");
    assert.ok((await second.listTools()).tools.length > 0, "the other one goes on");

    const elsewhere = await signIn(reef.url, owner.email);
    const answer = await fetch(`${reef.url}/api/auth/revoke-sessions`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...elsewhere.byCookie },
      body: "{}",
    });
    assert.equal(answer.status, 200);
    await assert.rejects(() => second.listTools(), "ended with all sessions");
    owner = await signIn(reef.url, owner.email);
    assert.equal((await reefOf(reef.url, owner).identity.listPrograms()).total, 0);
    const ended = await until(async () => {
      const actions = await activityOf("identity.endProgram");
      return actions.length >= 2 && actions;
    });
    assert.deepEqual(ended.map(({ subject }) => subject.programId).sort(), [newer.id, older.id].sort());
    await Promise.all([first.close(), second.close()]);
  });

  it("reads what the organization's agents remember, writes nothing, and is out with the person's membership", async () => {
    const client = await letIn(member);
    const call = async (name: string, given: Record<string, unknown> = {}) => {
      const { isError, content } = await client.callTool({ name, arguments: given });
      return { isError: isError === true, text: (content as { text?: string }[])[0]?.text ?? "" };
    };
    const found = await call("entries_search", { query: "where is the ferry's spare key" });
    assert.ok(!found.isError && found.text.includes(SECRET), found.text);
    const written = await call("diaries_create", { name: "by a person" });
    assert.ok(written.isError && written.text.includes("http.agents_only"), written.text);
    const vouched = await call("reef_vouch");
    assert.ok(vouched.isError && vouched.text.includes("http.role_needed"), vouched.text);

    await fetch(`${reef.url}/api/auth/organization/remove-member`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...owner.byCookie },
      body: JSON.stringify({ organizationId: await uuidOf(), memberIdOrEmail: member.email }),
    });
    await assert.rejects(
      () => call("entries_search", { query: "ferry" }),
      "the token is refused, and so is its refresh",
    );
    await client.close();
    await until(async () => {
      const approvals = await activityOf("identity.approveAuthorization");
      return approvals.some(({ actor }) => "personId" in actor && actor.name === "eve");
    });
  });

  it("MO20: by MCP as well, an agent that names another organization gets a bare 404", async () => {
    await createOrganization(reef.url, owner, "other");
    const ask = (name: string) =>
      fetch(`${reef.url}/mcp`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          ...agent.bySecret,
          "X-Reef-Organization": name,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
      });
    for (const name of ["other", "nobody"]) {
      const refused = await ask(name);
      assert.deepEqual([refused.status, await refused.text()], [404, ""], name);
    }
    assert.equal((await ask("first")).status, 200);
  });

  /** better-auth knows an organization by its UUID. */
  async function uuidOf(): Promise<string> {
    const response = await fetch(`${reef.url}/api/auth/organization/list`, { headers: owner.byCookie });
    const organizations = (await response.json()) as { id: string; slug: string }[];
    return organizations.find(({ slug }) => slug === "first")?.id ?? "";
  }

  /** What is on record of an operation, which is a moment behind. */
  async function activityOf(operation: string) {
    const { items } = await reefOf(reef.url, owner).signing.listActivity({ limit: 50 });
    return items.filter((action) => action.operation === operation);
  }
});

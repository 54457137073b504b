import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createReef, register } from "@reef/sdk";
import { createOrganization, inviteMember, type SignedInPerson, setUp } from "../support/people.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

const SECRET = "The ferry's spare key hangs behind the tide table";

describe("a program that a person lets in by OAuth", () => {
  let reef: ReefProcess;
  let documents: Server;
  let clientId: string;
  let owner: SignedInPerson;
  let member: SignedInPerson;
  let organizationId: `org_${string}`;
  let agentCredentials: { clientId: string; clientSecret: string };

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_OAUTH_LOCAL_CLIENTS: "true", REEF_RATE_LIMIT_FACTOR: "100" } });
    documents = createServer((_request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ client_id: clientId, redirect_uris: ["http://127.0.0.1/callback"] }));
    });
    await new Promise<void>((resolve) => documents.listen(0, "127.0.0.1", resolve));
    clientId = `http://127.0.0.1:${(documents.address() as AddressInfo).port}/client.json`;
    const { url, voucher = "", setupCode = "" } = reef;
    const joined = await register({ url, name: "ada", voucher });
    organizationId = joined.agent.organizationId;
    agentCredentials = joined.credentials;
    const { clientId: agentId } = joined.credentials;
    const agent = createReef({ url, credentials: { clientId: agentId, privateKey: joined.privateKey } });
    const diary = await agent.memory.createDiary({ name: "notes" });
    await agent.memory.createEntry({ diaryId: diary.id, content: SECRET });
    owner = await setUp(url, setupCode);
    member = await inviteMember(url, owner, { organizationId, role: "member", name: "eve" });
  });
  after(async () => {
    documents.close();
    await reef.stop();
  });

  /** What a program keeps that speaks OAuth through the official client, and the address that it sends its user to. */
  function createProgram() {
    const kept = { verifier: "", sentTo: undefined as URL | undefined };
    let tokens: Awaited<ReturnType<OAuthClientProvider["tokens"]>>;
    const provider: OAuthClientProvider = {
      redirectUrl: "http://127.0.0.1:51235/callback",
      clientMetadata: { redirect_uris: ["http://127.0.0.1:51235/callback"] },
      clientInformation: () => ({ client_id: clientId }),
      tokens: () => tokens,
      saveTokens: (saved) => {
        tokens = saved;
      },
      redirectToAuthorization: (url) => {
        kept.sentTo = url;
      },
      saveCodeVerifier: (verifier) => {
        kept.verifier = verifier;
      },
      codeVerifier: () => kept.verifier,
    };
    return { provider, kept };
  }

  /** A browser in which the person is signed in: opens an address or sends a form, and gives where it is sent. */
  function createBrowser(person: SignedInPerson) {
    const [name = "", value = ""] = /^([^=]+)=(.*)$/.exec(person.byCookie.Cookie ?? "")?.slice(1) ?? [];
    const cookies = new Map([[name, value]]);
    return async (address: string, form?: Record<string, string>) => {
      const response = await fetch(new URL(address, reef.url), {
        redirect: "manual",
        method: form === undefined ? "GET" : "POST",
        headers: {
          Cookie: Array.from(cookies, (pair) => pair.join("=")).join("; "),
          ...(form && { Origin: reef.url }),
        },
        ...(form && { body: new URLSearchParams(form) }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, cookie = "", content = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(cookie, content);
      }
      return { location: response.headers.get("location") ?? "", text: await response.text() };
    };
  }

  it("reads what the organization's agents remember, writes nothing, and is out with the person's membership", async () => {
    const { provider, kept } = createProgram();
    const endpoint = new URL(`${reef.url}/mcp`);
    const transport = new StreamableHTTPClientTransport(endpoint, { authProvider: provider });
    await assert.rejects(new Client({ name: "program", version: "1" }).connect(transport), {
      name: "UnauthorizedError",
    });
    const open = createBrowser(member);
    const { location: page } = await open(kept.sentTo?.href ?? "");
    const { text } = await open(page);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? "";
    assert.match(text, /Act for me in first/);
    const form = { csrf: field("csrf"), person: field("person"), organization: organizationId };
    const approved = await open(page, form);
    const onward = /content="0;url=([^"]+)"/.exec(approved.text)?.[1] ?? "";
    const returned = await open(onward);
    await transport.finishAuth(new URL(returned.location).searchParams);

    const client = new Client({ name: "program", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(endpoint, { authProvider: provider }));
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
    const { items } = await activity();
    const approval = items.find(({ operation }) => operation === "identity.approveAuthorization");
    assert.ok(approval !== undefined && "personId" in approval.actor);
    assert.equal(approval.actor.name, "eve");
  });

  it("MO20: by MCP as well, an agent that names another organization gets a bare 404", async () => {
    await createOrganization(reef.url, owner, "other");
    const ask = (name: string) =>
      fetch(`${reef.url}/mcp`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          "X-Client-Id": agentCredentials.clientId,
          "X-Client-Secret": agentCredentials.clientSecret,
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

  async function activity() {
    const token = owner.byToken.Authorization?.replace("Bearer ", "") ?? "";
    return createReef({ url: reef.url, credentials: { token } }).signing.listActivity({ limit: 50 });
  }
});

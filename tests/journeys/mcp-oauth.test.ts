import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

const run = promisify(execFile);
const USER_CODE = /[0-9A-Z]{5}-[0-9A-Z]{5}/;

describe("a program that an agent lets in by OAuth", () => {
  const configFolder = makeFolder("reef-oauth-cli-");
  let reef: ReefProcess;
  let documents: Server;
  let clientId: string;

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_OAUTH_LOCAL_CLIENTS: "true" } });
    documents = createServer((_request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ client_id: clientId, redirect_uris: ["http://127.0.0.1/callback"] }));
    });
    await new Promise<void>((resolve) => documents.listen(0, "127.0.0.1", resolve));
    clientId = `http://127.0.0.1:${(documents.address() as AddressInfo).port}/client.json`;
    assert.ok(reef.voucher);
    await reefCommand("register", "--voucher", reef.voucher, "--name", "ada", "--url", reef.url);
  });
  after(async () => {
    documents.close();
    await reef.stop();
  });

  const reefCommand = (...commandArguments: string[]) =>
    run(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), ...commandArguments], {
      env: { REEF_CONFIG_DIR: configFolder, REEF_KEYRING: "off" },
      cwd: configFolder,
    });

  /** What a program keeps that speaks OAuth through the official client, and the address that it sends its user to. */
  function createProgram() {
    const kept = { verifier: "", sentTo: undefined as URL | undefined };
    let tokens: Awaited<ReturnType<OAuthClientProvider["tokens"]>>;
    const provider: OAuthClientProvider = {
      redirectUrl: "http://127.0.0.1:51234/callback",
      clientMetadata: { redirect_uris: ["http://127.0.0.1:51234/callback"] },
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

  /** A browser: opens an address, keeps its cookies, and gives where it is sent. */
  function createBrowser() {
    const cookies = new Map<string, string>();
    return async (address: string) => {
      const headers = { Cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ") };
      const response = await fetch(new URL(address, reef.url), { redirect: "manual", headers });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return { location: response.headers.get("location") ?? "", text: await response.text() };
    };
  }

  it("the official client finds the way from the 401, the agent approves by command, and the program acts for it", async () => {
    const { provider, kept } = createProgram();
    const endpoint = new URL(`${reef.url}/mcp`);
    const transport = new StreamableHTTPClientTransport(endpoint, { authProvider: provider });
    await assert.rejects(new Client({ name: "program", version: "1" }).connect(transport), {
      name: "UnauthorizedError",
    });
    assert.ok(kept.sentTo);
    assert.equal(kept.sentTo.searchParams.get("resource"), `${reef.url}/mcp`);

    const open = createBrowser();
    const { location: page } = await open(kept.sentTo.href);
    const shown = await open(page);
    assert.match(shown.text, new RegExp(new URL(clientId).host));
    const code = USER_CODE.exec(shown.text)?.[0] ?? "";
    const unsure = await reefCommand("mcp", "approve", code).catch((error) => error);
    assert.equal(unsure.code, 2, "nobody is there to ask, and --yes was not given");
    const approved = await reefCommand("mcp", "approve", code, "--yes");
    assert.match(approved.stderr, new RegExp(`${new URL(clientId).host} wants to act for this agent`));
    assert.match(approved.stderr, /answer goes to {2}127\.0\.0\.1:51234/);
    const again = await reefCommand("mcp", "approve", code, "--yes").catch((error) => error);
    assert.equal(again.code, 4, "a code is good once");

    const resumed = await open((await open(page)).location);
    await transport.finishAuth(new URL(resumed.location).searchParams);
    const client = new Client({ name: "program", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(endpoint, { authProvider: provider }));
    const me = await client.callTool({ name: "reef_whoami", arguments: {} });
    const { name, scopes } = me.structuredContent as { name: string; scopes: string[] };
    assert.equal(name, "ada");
    assert.ok(scopes.includes("diary:write") && !scopes.includes("agent:manage"));
    const created = await client.callTool({ name: "diaries_create", arguments: { name: "by the program" } });
    assert.ok(!created.isError);
    await client.close();
    const audit = await reefCommand("audit", "list", "--json");
    assert.match(audit.stdout, /identity\.approveAuthorization/);
  });
});

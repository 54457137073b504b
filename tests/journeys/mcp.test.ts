import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { entryCid, fromBase64, toBase64 } from "@reef/proofs";
import type { Reef } from "@reef/sdk";
import { joinReef, joinThrough } from "../support/agents.ts";
import { connectClient, connectEarlierClient, inspectorSession, type McpClient } from "../support/mcp-clients.ts";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

const run = promisify(execFile);

/** Signs the bytes that the reef asked for, as an agent does on its own machine. */
type Sign = (signingInput: string, requestId: string) => Promise<string>;

describe("a whole session by MCP", () => {
  let reef: ReefProcess;
  let founder: Reef;

  before(async () => {
    reef = await startReefProcess();
    ({ reef: founder } = await joinReef(reef.url, "ada", reef.voucher));
  });
  after(() => reef.stop());

  async function joinAs(name: string) {
    const { key, bySecret, credentials } = await joinThrough(reef.url, founder, name);
    const sign: Sign = async (input) => toBase64(await key.sign(fromBase64(input) ?? assert.fail(input)));
    return { credentials, sign, headers: bySecret };
  }

  /** Remember, search, sign, verify: what an agent does in a session, each step by a tool. */
  async function runSession(mcp: McpClient, name: string, sign: Sign): Promise<void> {
    const call = async (tool: string, given?: Record<string, unknown>) => {
      const result = await mcp.call(tool, given);
      assert.equal(result.isError, false, `${tool}: ${result.text}`);
      return result;
    };
    assert.equal((await mcp.listTools()).length, 25);
    const me = (await call("reef_whoami")).fields;
    assert.equal(me.name, name);

    const diary = (await call("diaries_create", { name: "notes" })).fields;
    const secret = "The deploy key lives in the vault; rotate it on Mondays";
    const tags = ["ops", "deploy"];
    const entry = (await call("entries_create", { diary_id: diary.id, content: secret, tags, importance: 7 })).fields;
    const found = await call("entries_search", { query: "when do we change the deployment key" });
    assert.equal(found.fields.items[0].id, entry.id);
    assert.match(found.text, /The deploy key lives in the vault/);
    assert.match(await mcp.read("reef://entries/recent"), /The deploy key lives in the vault/);
    const context = await call("context_compile", { diary_id: diary.id, task: "rotate the deploy key", tokens: 500 });
    assert.match(context.text, /The deploy key lives in the vault/);

    const prepare = async (message: string) => {
      const request = (await call("crypto_prepare_signature", { message })).fields;
      const signature = await sign(request.signingInput, request.id);
      const status = await mcp.call("crypto_submit_signature", { request_id: request.id, signature });
      // The `reef sign` command has submitted it already, and then it is completed.
      if (status.isError) assert.match(status.text, /signing\.already_completed/);
      const { valid } = (await call("crypto_signing_status", { request_id: request.id })).fields;
      assert.equal(valid, true);
      return { request, signature };
    };
    const { signature } = await prepare(`I am ${name}`);
    const verified = (await call("crypto_verify", { signature })).fields;
    assert.deepEqual([verified.valid, verified.signer.fingerprint], [true, me.fingerprint]);

    const thought = { type: "reflection" as const, title: "Vows", content: "I keep what I sign.", tags: [] };
    const contentHash = await entryCid(thought);
    const { request } = await prepare(contentHash);
    const { title, content } = thought;
    const given = { entry_type: "reflection", content_hash: contentHash, signing_request_id: request.id };
    const signed = (await call("entries_create", { diary_id: diary.id, title, content, ...given })).fields;
    const proof = (await call("entries_verify", { entry_id: signed.id })).fields;
    assert.deepEqual([proof.valid, proof.signer.fingerprint], [true, me.fingerprint]);
    const altered = await mcp.call("entries_update", { entry_id: signed.id, content: "I keep nothing." });
    assert.equal(altered.isError, true);
    assert.match(altered.text, /Next: write a new entry[\s\S]*memory\.signed_entry/);

    await call("entries_relate", { entry_id: signed.id, relation: "supports", to_entry_id: entry.id });
    assert.match((await call("entries_get", { entry_id: entry.id })).text, new RegExp(`${signed.id} supports it`));
    assert.match(await mcp.prompt("sign_message", { message: "hello" }), /crypto_prepare_signature[\s\S]*"hello"/);
    await call("entries_delete", { entry_id: entry.id });
    assert.equal((await mcp.call("entries_get", { entry_id: entry.id })).isError, true);
    await mcp.close();
  }

  for (const [mode, revision] of [
    ["auto", "2026-07-28"],
    ["legacy", "2025-11-25"],
  ] as const) {
    it(`the official client in revision ${revision} remembers, searches, signs and verifies`, async () => {
      const { headers, sign } = await joinAs(`client-${mode}`);
      const mcp = await connectClient(reef.url, headers, mode);
      assert.equal(mcp.client.getNegotiatedProtocolVersion(), revision);
      await runSession(mcp, `client-${mode}`, sign);
    });
  }

  it("today's client (1.x) remembers, searches, signs and verifies", async () => {
    const { headers, sign } = await joinAs("earlier");
    await runSession(await connectEarlierClient(reef.url, headers), "earlier", sign);
  });

  it("an access token for the endpoint opens the session, with the scopes it has; one for the API does not", async () => {
    const { credentials } = await joinAs("bearer");
    const { clientId, clientSecret } = credentials;
    const tokenFor = async (resource: string) => {
      const response = await fetch(`${reef.url}/oauth2/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "agent:profile", resource }),
      });
      const { access_token } = (await response.json()) as { access_token: string };
      return { Authorization: `Bearer ${access_token}` };
    };
    await assert.rejects(connectClient(reef.url, await tokenFor(`${reef.url}/api`), "auto"), /401|Unauthorized/i);
    const mcp = await connectClient(reef.url, await tokenFor(`${reef.url}/mcp`), "auto");
    const me = await mcp.call("reef_whoami");
    assert.deepEqual([me.fields.name, me.fields.scopes], ["bearer", ["agent:profile"]]);
    await mcp.close();
  });

  it("the reef command registers, and the Inspector's command line runs the session over the .mcp.json it wrote", async () => {
    const project = makeFolder("reef-mcp-project-");
    const home = makeFolder("reef-mcp-home-");
    const env = { HOME: home, REEF_CONFIG_DIR: join(home, "reef"), REEF_KEYRING: "off" };
    const command = join(repositoryRoot, "apps/cli/src/main.ts");
    const reefCommand = async (...args: string[]) =>
      (await run(process.execPath, [command, ...args], { cwd: project, env })).stdout;
    const { code } = await founder.identity.issueVoucher();
    await reefCommand("register", "--voucher", code, "--name", "inspected", "--url", reef.url, "--mcp");
    const settings = join(project, ".mcp.json");
    assert.ok(existsSync(settings));
    const signByCommand: Sign = async (_input, requestId) => {
      const { signature } = JSON.parse(await reefCommand("sign", "--request", requestId, "--json"));
      return signature;
    };
    await runSession(inspectorSession(settings), "inspected", signByCommand);
    assert.equal(existsSync(join(home, ".mcp-inspector")), false);
    assert.doesNotMatch(
      reef.output(),
      new RegExp(JSON.parse(readFileSync(settings, "utf8")).mcpServers.reef.headers["X-Client-Secret"]),
    );
  });
});

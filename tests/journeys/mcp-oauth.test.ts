import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { until } from "@reef/testing";
import {
  createPlainBrowser,
  type OAuthProgram,
  openAuthorizationPage,
  startOAuthProgram,
} from "../support/oauth-program.ts";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

const run = promisify(execFile);

describe("a program that an agent lets in by OAuth", () => {
  const configFolder = makeFolder("reef-oauth-cli-");
  let reef: ReefProcess;
  let program: OAuthProgram;

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_OAUTH_LOCAL_CLIENTS: "true" } });
    program = await startOAuthProgram();
    assert.ok(reef.voucher);
    await reefCommand("register", "--voucher", reef.voucher, "--name", "ada", "--url", reef.url);
  });
  after(async () => {
    await program?.stop();
    await reef?.stop();
  });

  const reefCommand = (...commandArguments: string[]) =>
    run(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), ...commandArguments], {
      env: { REEF_CONFIG_DIR: configFolder, REEF_KEYRING: "off" },
      cwd: configFolder,
    });

  it("the official client finds the way from the 401, the agent approves by command, and the program acts for it", async () => {
    const { sentTo, finish } = await program.connect(reef.url);
    assert.equal(sentTo.searchParams.get("resource"), `${reef.url}/mcp`);

    const open = createPlainBrowser(reef.url);
    const { page, text, code } = await openAuthorizationPage(open, sentTo.href);
    assert.ok(text.includes(program.host));
    const unsure = await reefCommand("mcp", "approve", code).catch((error) => error);
    assert.equal(unsure.code, 2, "nobody is there to ask, and --yes was not given");
    const approved = await reefCommand("mcp", "approve", code, "--yes");
    assert.match(approved.stderr, new RegExp(`${program.host} wants to act for this agent`));
    assert.match(approved.stderr, new RegExp(`answer goes to {2}${program.host}`));
    const again = await reefCommand("mcp", "approve", code, "--yes").catch((error) => error);
    assert.equal(again.code, 4, "a code is good once");

    const resumed = await open((await open(page)).location);
    const client = await finish(resumed.location);
    const me = await client.callTool({ name: "reef_whoami", arguments: {} });
    const { name, scopes } = me.structuredContent as { name: string; scopes: string[] };
    assert.equal(name, "ada");
    assert.ok(scopes.includes("diary:write") && !scopes.includes("agent:manage"));
    const created = await client.callTool({ name: "diaries_create", arguments: { name: "by the program" } });
    assert.ok(!created.isError);
    await client.close();
    await until(async () =>
      /identity\.approveAuthorization/.test((await reefCommand("audit", "list", "--json")).stdout),
    );
  });
});

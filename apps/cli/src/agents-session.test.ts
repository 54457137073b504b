import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { jsonOf, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

describe("the agents of an organization, and the vouchers by which they come", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const join = async (voucher: string, name: string) => {
    const joined = await reef("register", "--voucher", voucher, "--name", name, "--profile", name, "--url", server.url);
    assert.equal(joined.exitCode, 0, joined.stderr);
  };

  before(async () => {
    server = await startServer();
    await join(server.voucher, "ada");
    await join((await reef("voucher", "issue")).stdout.trim(), "bob");
    await reef("config", "use", "ada");
  });
  after(() => server.stop());

  it("finds agents by name and state, and says when each was last there", async () => {
    const named = await jsonOf(reef("agent", "list", "--search", "BO", "--active", "--json"));
    assert.deepEqual(
      named.items.map(({ name, issuer }: { name: string; issuer: { name: string } }) => [name, issuer.name]),
      [["bob", "ada"]],
    );
    assert.match((await reef("agent", "list")).stdout, /SEEN/);
    const none = await reef("agent", "list", "--disabled");
    assert.equal(none.stdout, "");
    assert.match(none.stderr, /There is no such agent/);
    assert.equal((await reef("agent", "list", "--disabled", "--active")).exitCode, 2);
  });

  it("revokes a voucher that nobody has used, once", async () => {
    const { id, code } = await jsonOf(reef("voucher", "issue", "--json"));
    assert.match((await reef("voucher", "list")).stdout, new RegExp(`${id} .*ada [0-9A-F]{4}`));
    assert.match((await reef("voucher", "revoke", id)).stderr, /Revoked/);
    assert.equal((await reef("voucher", "list")).stdout, "");
    const late = await reef("register", "--voucher", code, "--name", "eve", "--profile", "eve", "--url", server.url);
    assert.match(late.stderr, /Registration failed/);
    const again = await reef("voucher", "revoke", id);
    assert.equal(again.exitCode, 4);
    assert.match(again.stderr, /Voucher not found/);
    assert.equal((await reef("voucher", "revoke", code)).exitCode, 2);
  });

  it("lets no agent replace the secret of another: that is for people", async () => {
    const { fingerprint } = await jsonOf(reef("whoami", "--json"));
    const refused = await reef("agent", "rotate-secret", fingerprint, "--yes");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /Only for people\n.+reef login/);
    assert.equal((await reef("agent", "rotate-secret", fingerprint)).exitCode, 2);
  });
});

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { generateKey } from "@reef/sdk";
import { jsonOf, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

describe("keys that change, and profiles that are lost", () => {
  const configFolder = makeFolder("reef-cli-");
  const path = join(configFolder, "reef.json");
  const keyFile = join(configFolder, "seed");
  let server: StartedServer;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const credentials = () => JSON.parse(readFileSync(path, "utf8"));
  const profile = () => credentials().profiles.default;

  before(async () => {
    server = await startServer();
    const joined = await reef("register", "--voucher", server.voucher, "--name", "ada", "--url", server.url);
    assert.equal(joined.exitCode, 0, joined.stderr);
  });
  after(() => server.stop());

  it("rotates the key: the profile signs in with the new one, and keeps the old one beside it", async () => {
    const { fingerprint, privateKey } = profile();
    const rotated = await jsonOf(reef("key", "rotate", "--json"));
    assert.equal(rotated.formerFingerprint, fingerprint);
    assert.notEqual(rotated.fingerprint, fingerprint);
    const me = await jsonOf(reef("whoami", "--json"));
    assert.equal(me.fingerprint, rotated.fingerprint);
    assert.equal(profile().fingerprint, rotated.fingerprint);
    assert.deepEqual(profile().formerKeys, [{ fingerprint, privateKey }]);
    assert.deepEqual(credentials().rotations, {});
    const keys = await jsonOf(reef("agent", "keys", fingerprint, "--json"));
    assert.deepEqual(
      keys.items.map((key: { fingerprint: string }) => key.fingerprint),
      [rotated.fingerprint, fingerprint],
    );
    assert.match((await reef("agent", "keys", fingerprint)).stdout, /now/);
  });

  it("MN2: what was signed and sealed before a rotation still verifies and opens after it", async () => {
    const { fingerprint } = profile();
    const before = await jsonOf(reef("seal", "--for", fingerprint, "for your eyes only"));
    await reef("diary", "create", "log", "--signed");
    const entry = await jsonOf(reef("remember", "the ship has sailed", "--diary", "log", "--sign", "--json"));
    const signature = (await reef("sign", "a promise")).stdout.trim();
    await reef("key", "rotate");
    assert.equal((await reef("entry", "verify", entry.id)).exitCode, 0);
    assert.equal((await reef("diary", "verify", "log")).exitCode, 0);
    assert.equal((await reef("verify", signature)).exitCode, 0);
    assert.equal((await reef("open", JSON.stringify(before))).stdout.trim(), "for your eyes only");
    const late = await reef("seal", "--for", fingerprint, "to the old key");
    assert.equal(late.exitCode, 1);
    assert.match(late.stderr, /has another key now/);
  });

  it("finishes a rotation whose answer was lost, without another one", async () => {
    const before = credentials();
    const rotated = await jsonOf(reef("key", "rotate", "--json"));
    const { privateKey } = profile();
    // As a crash leaves it: the reef has taken the new key, and the profile still names the old one.
    const crashed = { ...before, rotations: { default: { fingerprint: rotated.fingerprint, privateKey } } };
    writeFileSync(path, JSON.stringify(crashed));
    assert.equal((await reef("whoami")).exitCode, 3);
    assert.equal((await jsonOf(reef("key", "rotate", "--json"))).fingerprint, rotated.fingerprint);
    assert.equal((await jsonOf(reef("whoami", "--json"))).fingerprint, rotated.fingerprint);
    assert.equal((await jsonOf(reef("agent", "keys", rotated.fingerprint, "--json"))).total, 4);
  });

  it("begins a rotation again that never reached the reef, with the key that it wrote down", async () => {
    const { privateKey, fingerprint } = await generateKey();
    writeFileSync(path, JSON.stringify({ ...credentials(), rotations: { default: { fingerprint, privateKey } } }));
    assert.equal((await jsonOf(reef("key", "rotate", "--json"))).fingerprint, fingerprint);
    assert.equal(profile().privateKey, privateKey);
  });

  it("gets a lost profile back with the key alone, and with no former key", async () => {
    const { privateKey, clientId, fingerprint, formerKeys } = profile();
    rmSync(path);
    assert.equal((await reef("whoami")).exitCode, 3);
    writeFileSync(keyFile, `${formerKeys[0].privateKey}\n`);
    const former = await reef("recover", "--url", server.url, "--key-file", keyFile);
    assert.equal(former.exitCode, 1);
    assert.match(former.stderr, /Invalid signature/);
    writeFileSync(keyFile, `${privateKey}\n`);
    const recovered = await reef("recover", "--url", server.url, "--key-file", keyFile);
    assert.equal(recovered.exitCode, 0, recovered.stderr);
    assert.match(recovered.stdout, /^.{4} ada [0-9A-F]{4}\n$/);
    assert.ok(!recovered.stdout.includes(privateKey) && !recovered.stderr.includes(privateKey));
    const { name, url, ...rest } = profile();
    assert.deepEqual({ name, url }, { name: "ada", url: server.url });
    assert.deepEqual(rest, { clientId, fingerprint, privateKey });
    assert.equal((await jsonOf(reef("whoami", "--json"))).id, clientId);
  });

  it("recovers nothing without a key, with none that is one, or over another agent's profile", async () => {
    const nothing = await runReef({ configFolder: makeFolder("reef-cli-") }, "recover", "--url", server.url);
    assert.equal(nothing.exitCode, 2);
    assert.match(nothing.stderr, /--key-file/);
    const missing = await reef("recover", "--key-file", join(configFolder, "nowhere"));
    assert.match(missing.stderr, /cannot be read \(ENOENT\)/);
    writeFileSync(keyFile, "no key");
    assert.match((await reef("recover", "--key-file", keyFile)).stderr, /That is no key/);
    const kept = readFileSync(path, "utf8");
    writeFileSync(keyFile, (await generateKey()).privateKey);
    assert.match((await reef("recover", "--key-file", keyFile)).stderr, /The profile default is ada/);
    assert.equal(readFileSync(path, "utf8"), kept);
  });

  it("shows who let whom in", async () => {
    const voucher = (await reef("voucher", "issue")).stdout.trim();
    const { stdout: none } = await reef("voucher", "graph");
    assert.equal(none, "");
    const joined = await reef(
      ...["register", "--voucher", voucher, "--name", "bob", "--profile", "bob", "--url", server.url],
    );
    assert.equal(joined.exitCode, 0, joined.stderr);
    const { items, total } = await jsonOf(reef("voucher", "graph", "--json"));
    assert.equal(total, 1);
    assert.deepEqual([items[0].issuer.name, items[0].redeemer.name], ["ada", "bob"]);
    assert.match((await reef("voucher", "graph")).stdout, /bob [0-9A-F]{4} .*ada [0-9A-F]{4}/);
  });

  it("says when no client waits under a code", async () => {
    const run = await reef("mcp", "approve", "00000-00000", "--yes");
    assert.equal(run.exitCode, 4);
    assert.match(run.stderr, /No such code/);
  });
});

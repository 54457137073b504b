import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { generateKey } from "@reef/sdk";
import { jsonOf, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedGate, startGate } from "./testing/start-gate.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

describe("two commands that change one profile at once", () => {
  const configFolder = makeFolder("reef-cli-");
  const path = join(configFolder, "reef.json");
  let gate: StartedGate;
  let server: StartedServer;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const credentials = () => JSON.parse(readFileSync(path, "utf8"));

  before(async () => {
    gate = await startGate();
    server = await startServer({ REEF_PUBLIC_URL: gate.url });
    gate.leadTo(server.url);
    const joined = await reef("register", "--voucher", server.voucher, "--name", "ada", "--url", gate.url);
    assert.equal(joined.exitCode, 0, joined.stderr);
  });
  afterEach(() => gate.hold(undefined));
  after(async () => {
    await server.stop();
    gate.stop();
  });

  /** Both have come as far as the request to `heldPath`; the first asked for is the first one's, whichever that is. */
  async function startBoth(heldPath: string, first: string[], second: string[]) {
    gate.hold(heldPath);
    const runs = [first, second].map((each) => reef(...each));
    return { runs, held: [await gate.next(), await gate.next()] as const };
  }

  it("rotate its key to the one that the reef has, whichever was faster", async () => {
    const { runs, held } = await startBoth("/api/agents/whoami/key/challenges", ["key", "rotate"], ["key", "rotate"]);
    gate.hold("/api/agents/whoami/key");
    (await held[0].forward())();
    const faster = await gate.next();
    (await held[1].forward())();
    // The slower one is refused here, before it has sent its key or written over the other one's.
    const slower = await Promise.race([...runs, gate.next()]);
    (await faster.forward())();
    if ("forward" in slower) (await slower.forward())();
    const exitCodes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
    assert.equal((await reef("whoami")).exitCode, 0);
    assert.deepEqual(exitCodes.sort(), [0, 1]);
    assert.deepEqual(credentials().rotations, {});
  });

  it("finish a rotation that broke off, and neither throws away the key that the reef has taken", async () => {
    const { fingerprint, privateKey } = await generateKey();
    writeFileSync(path, JSON.stringify({ ...credentials(), rotations: { default: { fingerprint, privateKey } } }));
    const { runs, held } = await startBoth("/api/agents/whoami/key/challenges", ["key", "rotate"], ["key", "rotate"]);
    gate.hold("/api/agents/whoami/key");
    (await held[0].forward())();
    (await held[1].forward())();
    const [faster, slower] = [await gate.next(), await gate.next()];
    const answer = await faster.forward();
    gate.hold(undefined);
    (await slower.forward())();
    await Promise.race(runs);
    answer();
    for (const { exitCode, stderr } of await Promise.all(runs)) assert.equal(exitCode, 0, stderr);
    assert.equal(credentials().profiles.default.privateKey, privateKey);
    assert.equal((await jsonOf(reef("whoami", "--json"))).fingerprint, fingerprint);
  });

  it("register agents: one gets the profile, and the other is refused before its voucher is spent", async () => {
    const vouchers = [(await reef("voucher", "issue")).stdout.trim(), (await reef("voucher", "issue")).stdout.trim()];
    const join = (name: string, voucher = "") => [
      "register",
      "--profile",
      "new",
      "--voucher",
      voucher,
      "--name",
      name,
      "--url",
      gate.url,
    ];
    const { runs, held } = await startBoth("/api/agents/challenges", join("bo", vouchers[0]), join("cy", vouchers[1]));
    gate.hold("/api/agents");
    (await held[0].forward())();
    const faster = await gate.next();
    (await held[1].forward())();
    const slower = await Promise.race([...runs, gate.next()]);
    (await faster.forward())();
    if ("forward" in slower) (await slower.forward())();
    const exits = await Promise.all(runs);
    assert.deepEqual(exits.map(({ exitCode }) => exitCode).sort(), [0, 1]);
    const winner = exits[0]?.exitCode === 0 ? "bo" : "cy";
    assert.match(exits.find(({ exitCode }) => exitCode === 1)?.stderr ?? "", new RegExp(`${winner}.*--profile`, "s"));
    assert.equal(credentials().profiles.new.name, winner);
    gate.hold(undefined);
    const [late, voucher] = winner === "bo" ? ["cy", vouchers[1]] : ["bo", vouchers[0]];
    const again = await reef(...join(late, voucher), "--profile", late);
    assert.equal(again.exitCode, 0, again.stderr);
  });

  it("recover it while its key is rotated: the new key stays the profile's", async () => {
    gate.hold("/api/recovery");
    const recovery = reef("recover", "--url", gate.url);
    const answer = await (await gate.next()).forward();
    gate.hold(undefined);
    const rotated = await jsonOf(reef("key", "rotate", "--json"));
    answer();
    assert.match((await recovery).stderr, /The profile default is ada/);
    assert.equal((await jsonOf(reef("whoami", "--json"))).fingerprint, rotated.fingerprint);
  });
});

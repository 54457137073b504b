import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { jsonOf, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";
import { until } from "./testing/until.ts";

describe("signatures and the ledger from the command line", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;

  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const piped = (stdin: string, ...commandArguments: string[]) => runReef({ configFolder, stdin }, ...commandArguments);

  before(async () => {
    server = await startServer();
    await reef("register", "--voucher", server.voucher, "--name", "ada", "--url", server.url);
  });
  after(() => server.stop());

  it("sign prints the signature alone, and verify tells whose it is, to anybody", async () => {
    const { exitCode, stdout } = await reef("sign", "the", "tide is at noon");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^[A-Za-z0-9+/]{86}==\n$/);
    const stranger = { configFolder: makeFolder("reef-cli-"), environment: { REEF_URL: server.url } };
    const told = await runReef(stranger, "verify", stdout.trim());
    assert.equal(told.exitCode, 0);
    assert.match(told.stdout, /^valid {2}.{4} ada [0-9A-F]{4}\n/);
    const unknown = await reef("verify", `${"A".repeat(86)}==`);
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stdout, /^not valid/);
  });

  it("what was signed verifies without any reef by message, nonce and key, byte for byte", async () => {
    const message = "line1\r\nline2 🪸\u2028end";
    const { nonce, signature, message: signed } = await jsonOf(piped(`${message}\n`, "sign", "-", "--json"));
    assert.equal(signed, message);
    const { publicKey } = await jsonOf(reef("whoami", "--json"));
    const alone = { configFolder: makeFolder("reef-cli-"), environment: { REEF_URL: "http://127.0.0.1:9" } };
    const check = ["verify", signature, "--nonce", nonce, "--key", publicKey, "--message"];
    const good = await runReef(alone, ...check, message);
    assert.equal(good.exitCode, 0, good.stderr);
    assert.match(good.stdout, /^valid {2}[0-9A-F]{4}-/);
    assert.equal((await runReef({ ...alone, stdin: `${message}\n` }, ...check, "-")).exitCode, 0);
    const wrong = await runReef(alone, ...check, message.replace("\r", ""));
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stdout, /^not valid/);
    assert.equal((await runReef(alone, "verify", signature, "--message", message)).exitCode, 2);
  });

  it("sign answers a request that is there already, once, and shows what it says", async () => {
    const { id } = await createRequest("pay Bo \u001b[31m10 shells");
    const { exitCode, stdout, stderr } = await reef("sign", "--request", id);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^[A-Za-z0-9+/]{86}==\n$/);
    assert.ok(stderr.includes("pay Bo [31m10 shells"));
    const again = await reef("sign", "--request", id);
    assert.equal(again.exitCode, 1);
    assert.match(again.stderr, /answered before/);
  });

  it("sign refuses what is not asked for rightly: nothing, two things, the reef's own messages", async () => {
    for (const wrong of [["sign"], ["sign", "x", "--request", "sgn_01m7y6d3pvfk4vqmtqye1mzf9m"], ["sign", ""]]) {
      assert.equal((await reef(...wrong)).exitCode, 2, wrong.join(" "));
    }
    const reserved = await reef("sign", "reef:register:ed25519:key");
    assert.equal(reserved.exitCode, 1);
    assert.match(reserved.stderr, /Reserved message/);
    const missing = await reef("sign", "--request", "sgn_01m7y6d3pvfk4vqmtqye1mzf9m");
    assert.equal(missing.exitCode, 4);
  });

  it("a reef that asks for a signature over anything but the message gets none", async () => {
    const genuine = await createRequest("hello");
    const frame = Buffer.from(genuine.signingInput, "base64");
    const forged = Buffer.from(frame);
    forged[20] = (forged[20] ?? 0) ^ 1;
    const lies = [
      { ...genuine, message: "goodbye" },
      { ...genuine, signingInput: forged.toString("base64") },
      { ...genuine, nonce: `${genuine.nonce.slice(0, -1)}x` },
      { ...genuine, message: "reef:rotate-key:agt_1:old:new" },
    ];
    for (const lie of lies) {
      const liar = await startLiar(lie);
      const credentials = join(configFolder, "reef.json");
      const before = readFileSync(credentials, "utf8");
      const { exitCode, stdout, stderr } = await runReef(
        { configFolder, environment: { REEF_TOKEN: "token", REEF_URL: liar.url } },
        "sign",
        lie.message.startsWith("reef:") ? lie.message : "hello",
      );
      assert.equal(exitCode, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /Nothing was signed/);
      assert.deepEqual(liar.submitted, []);
      assert.equal(readFileSync(credentials, "utf8"), before);
      liar.close();
    }
  });

  it("the ledger is listed and exported, and the export verifies without any reef", async () => {
    await reef("diary", "create", "notes");
    let listed: { record: { actor: { name: string } } } | undefined;
    // The ledger is a moment behind.
    await until(async () => {
      [listed] = (await jsonOf(reef("audit", "list", "--operation", "memory.createDiary", "--json"))).items;
      return listed !== undefined;
    });
    assert.equal(listed?.record.actor.name, "ada");
    const table = await reef("audit", "list");
    assert.match(table.stdout, /DID .*\n\d+ .* ada [0-9A-F]{4} +memory\.createDiary +dia_/);

    const folder = makeFolder("reef-cli-");
    const file = join(folder, "ledger.jsonl");
    const written = await reef("audit", "export", file);
    assert.equal(written.exitCode, 0, written.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal((await reef("audit", "export", "-")).stdout, readFileSync(file, "utf8"));
    const alone = { configFolder: makeFolder("reef-cli-"), environment: { REEF_URL: "http://127.0.0.1:9" } };
    const verify = (path: string, ...more: string[]) => runReef(alone, "audit", "verify", path, ...more);
    const good = await verify(file);
    assert.equal(good.exitCode, 0, good.stdout);
    const [, key = ""] = /key +(ed25519:\S+)/.exec(good.stdout) ?? [];
    assert.equal((await verify(file, "--key", key)).exitCode, 0);

    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const tamper = async (changed: readonly string[] | Buffer, ...more: string[]) => {
      const path = join(folder, "tampered.jsonl");
      writeFileSync(path, Buffer.isBuffer(changed) ? changed : `${changed.join("\n")}\n`);
      const run = await verify(path, ...more);
      assert.equal(run.exitCode, 1, run.stdout);
      return run.stdout;
    };
    assert.match(await tamper(lines.with(1, lines[1]?.replace("ada", "eve") ?? "")), /✕ Record 2 was altered/);
    assert.match(await tamper(lines.toSpliced(2, 1)), /✕ Record 3 is missing/);
    assert.match(await tamper(lines.slice(0, -1)), /covered by no checkpoint/);
    assert.match(await tamper(lines, "--key", `ed25519:${Buffer.alloc(32, 9).toString("base64")}`), /another key/);
    const bytes = readFileSync(file);
    const broken = Buffer.from(bytes);
    broken[bytes.indexOf("ada")] = 0xff;
    assert.match(await tamper(broken), /✕ Line 1 was altered/);
    assert.equal((await verify("/missing")).exitCode, 2);
    const cut = await runReef({ ...alone, stdin: lines.join("\n") }, "audit", "verify", "-", "--json");
    assert.equal(JSON.parse(cut.stdout).ok, true);
  });

  it("the ledger is for the founding agent: another one gets it neither listed nor exported, and no file", async () => {
    const voucher = (await reef("voucher", "issue")).stdout.trim();
    await reef("register", "--voucher", voucher, "--name", "bo", "--profile", "bo", "--url", server.url);
    const folder = makeFolder("reef-cli-");
    for (const run of [
      await reef("audit", "list", "--profile", "bo"),
      await reef("audit", "export", join(folder, "ledger.jsonl"), "--profile", "bo"),
    ]) {
      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, /founding agent/);
    }
    assert.throws(() => statSync(join(folder, "ledger.jsonl")));
  });

  /** A signing request of the agent's, made past this program. */
  async function createRequest(message: string) {
    const { profiles } = JSON.parse(readFileSync(join(configFolder, "reef.json"), "utf8"));
    const { clientId, privateKey, url } = profiles.default;
    const { createReef } = await import("@reef/sdk");
    return createReef({ url, credentials: { clientId, privateKey } }).signing.createSigningRequest({ message });
  }
});

/** Answers every request with the same signing request, as a reef might that wants something else signed. */
async function startLiar(answer: object) {
  const submitted: string[] = [];
  const liar = createServer((incoming, outgoing) => {
    if (incoming.url?.endsWith("/sign")) submitted.push(incoming.url);
    incoming.resume();
    outgoing.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
  const address = liar.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}`,
    submitted,
    close: () => {
      liar.closeAllConnections();
      liar.close();
    },
  };
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environmentOf, jsonOf, mainFile, makeFolder, runReef } from "./testing/run-reef.ts";
import { findFreePort, type StartedServer, startServer } from "./testing/start-server.ts";

describe("a session with a real reef", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it("joins, and keeps the key for its user only", async () => {
    const { exitCode, stdout, stderr } = await reef(
      ...["register", "--voucher", server.voucher, "--name", "ada", "--url", server.url],
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^.{4} ada [0-9A-F]{4} joined http/);
    assert.equal(statSync(configFolder).mode & 0o777, 0o700);
    assert.equal(statSync(join(configFolder, "reef.json")).mode & 0o777, 0o600);
    assert.equal((await jsonOf(reef("whoami", "--json"))).name, "ada");
  });

  it("does not overwrite a profile without --force", async () => {
    const { exitCode, stderr } = await reef("register", "--voucher", server.voucher, "--name", "eve");
    assert.equal(exitCode, 1);
    assert.match(stderr, /already ada/);
  });

  it("forgets the key of a registration that the reef refused", async () => {
    const voucher = "0".repeat(64);
    const run = await reef("register", "--voucher", voucher, "--name", "eve", "--profile", "eve", "--url", server.url);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^Error: Registration failed\nThe voucher is unknown/);
    assert.deepEqual(JSON.parse(readFileSync(join(configFolder, "reef.json"), "utf8")).pending, {});
  });

  it("remembers in the first diary, and finds what it remembered", async () => {
    const created = await reef("diary", "create", "notes");
    assert.match(created.stdout, /^dia_\w{26}\n$/);
    const remembered = await reef("remember", "The deployment key changes in May", "--tags", "ops,deploy");
    assert.match(remembered.stdout, /^ent_\w{26}\n$/);
    const piped = await runReef({ configFolder, stdin: "Lunch is at noon\n" }, "remember", "-", "--title", "Lunch");
    const lunch = await jsonOf(reef("entry", "get", piped.stdout.trim(), "--json"));
    assert.equal(lunch.content, "Lunch is at noon");
    const { stdout } = await reef("search", "deployment key");
    assert.match(stdout, /^\d\.\d\d {2}The deployment key changes in May\n {6}.{4} ada [0-9A-F]{4} .+#ops #deploy/);
    assert.ok(stdout.includes(remembered.stdout.trim()));
  });

  it("keeps the lines of a search within the width", async () => {
    await reef("remember", `A long one: ${"deployment ".repeat(40)}`);
    const { stdout } = await runReef({ configFolder, environment: { COLUMNS: "60" } }, "search", "deployment");
    for (const line of stdout.split("\n")) assert.ok(line.length <= 60, line);
    const list = await runReef({ configFolder, environment: { COLUMNS: "80" } }, "entry", "list");
    for (const line of list.stdout.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("shows nothing of another author's escape sequences", async () => {
    await reef("remember", "deployment \u001b[31mred\u0007");
    const { stdout } = await reef("search", "deployment red");
    assert.ok(!stdout.includes("\u001b"));
  });

  it("imports many lines once, however often it is told to", async () => {
    const file = join(makeFolder("reef-cli-"), "entries.jsonl");
    const lines = Array.from({ length: 150 }, (_, index) => JSON.stringify({ content: `Fact ${index}`, title: null }));
    writeFileSync(file, `${lines.join("\n")}\n\n`);
    await reef("diary", "create", "facts");
    const first = await reef("entry", "import", file, "--diary", "facts");
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stderr, /Imported 100 of 150\.\nImported 150 of 150\.\nImported 150 entries\.\n$/);
    await reef("entry", "import", file, "--diary", "facts");
    assert.equal((await jsonOf(reef("entry", "list", "--diary", "facts", "--limit", "1", "--json"))).total, 150);
  });

  it("imports nothing of a file with a wrong line", async () => {
    const stdin = '{"content":"good"}\n{"contents":"bad"}\n';
    const { exitCode, stderr } = await runReef({ configFolder, stdin }, "entry", "import", "-", "--diary", "facts");
    assert.equal(exitCode, 2);
    assert.match(stderr, /Line 2/);
    assert.equal((await jsonOf(reef("entry", "list", "--diary", "facts", "--json"))).total, 150);
  });

  it("asks which diary is meant where two have one name", async () => {
    const first = (await reef("diary", "create", "twin")).stdout.trim();
    const second = (await reef("diary", "create", "twin")).stdout.trim();
    const { exitCode, stderr } = await reef("remember", "x", "--diary", "twin");
    assert.equal(exitCode, 1);
    assert.ok(stderr.includes(first) && stderr.includes(second));
  });

  it("writes to the diary that `diary use` chose", async () => {
    await reef("diary", "use", "facts");
    const entry = await jsonOf(reef("remember", "chosen", "--json"));
    const facts = await jsonOf(reef("diary", "get", "facts", "--json"));
    assert.equal(entry.diaryId, facts.id);
    await reef("diary", "use", "notes");
  });

  it("says what to do when the default diary is gone", async () => {
    const { id } = await jsonOf(reef("diary", "get", "facts", "--json"));
    const file = join(configFolder, "reef.json");
    const before = readFileSync(file, "utf8");
    const gone = JSON.parse(before);
    gone.profiles.default.defaultDiaryId = id.replace(/.$/, id.endsWith("0") ? "1" : "0");
    writeFileSync(file, JSON.stringify(gone));
    const { exitCode, stderr } = await reef("remember", "x");
    assert.equal(exitCode, 4);
    assert.match(stderr, /diary use/);
    writeFileSync(file, before);
  });

  it("names each wrong field", async () => {
    const { exitCode, stderr } = await reef("diary", "create", "");
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Error: Invalid request\n {2}body\.name: .+\n.+\nRequest /);
  });

  it("deletes only when it is sure, and then for good", async () => {
    const refused = await reef("diary", "delete", "notes");
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /--yes/);
    assert.equal((await reef("diary", "delete", "notes", "--yes")).exitCode, 0);
    const gone = await reef("diary", "get", "notes");
    assert.equal(gone.exitCode, 4);
  });

  it("answers 4 for an entry that is not there", async () => {
    const { exitCode } = await reef("entry", "get", "ent_01m7y8s8vgfk3bq0cs5cfs0r09");
    assert.equal(exitCode, 4);
  });

  it("issues a voucher for a second agent, and can refuse that agent", async () => {
    const voucher = (await reef("voucher", "issue")).stdout.trim();
    const joining = ["register", "--voucher", voucher, "--name", "bo", "--profile", "bo", "--url", server.url];
    const { agent } = await jsonOf(reef(...joining, "--json"));
    const agents = await jsonOf(reef("agent", "list", "--json"));
    assert.equal(agents.total, 2);
    const disabled = await jsonOf(reef("agent", "disable", agent.fingerprint.toLowerCase(), "--json"));
    assert.equal(disabled.disabled, true);
    assert.equal((await reef("whoami", "--profile", "bo")).exitCode, 3);
  });

  it("finishes a registration whose answer was lost, as the same agent", async () => {
    const voucher = (await reef("voucher", "issue")).stdout.trim();
    const lossy = await startLossyProxy(server.url);
    const join = ["register", "--voucher", voucher, "--name", "cy", "--profile", "cy"];
    assert.equal((await reef(...join, "--url", lossy.url)).exitCode, 5);
    lossy.close();
    const { agent } = await jsonOf(reef(...join, "--url", server.url, "--json"));
    const agents = await jsonOf(reef("agent", "list", "--json"));
    assert.equal(agents.items.filter((item: { name: string }) => item.name === "cy").length, 1);
    assert.equal((await jsonOf(reef("whoami", "--profile", "cy", "--json"))).fingerprint, agent.fingerprint);
  });

  it("finds nothing wrong in doctor", async () => {
    const { checks } = await jsonOf(reef("doctor", "--json"));
    assert.deepEqual(
      checks.map(({ name, isGood }: { name: string; isGood: boolean }) => [name, isGood]),
      [
        ["address", true],
        ["clock", true],
        ["versions", true],
        ["file", true],
        ["key", true],
        ["token", true],
      ],
    );
  });

  it("stops with 130 at Ctrl-C while it waits", async () => {
    const silent = createServer(() => {}).listen(await findFreePort(), "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const environment = { REEF_TOKEN: "token", REEF_URL: `http://127.0.0.1:${port}` };
    const child = spawn(process.execPath, [mainFile, "whoami"], { env: environmentOf({ configFolder, environment }) });
    await once(silent, "request");
    child.kill("SIGINT");
    const [exitCode] = await once(child, "exit");
    assert.equal(exitCode, 130);
    silent.closeAllConnections();
    silent.close();
  });
});

/** Stands before a reef and loses every answer to a registration, as a network does that breaks at the wrong moment. */
async function startLossyProxy(target: string): Promise<{ url: string; close(): void }> {
  const port = await findFreePort();
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url = "/" } = incoming;
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      if (method === "POST" && url === "/api/agents") {
        answer.resume().once("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  }).listen(port, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

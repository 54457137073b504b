import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Diary, Entry, Page } from "@reef/sdk";
import { jsonOf, makeFolder, runReef } from "./testing/run-reef.ts";
import { findFreePort, type StartedServer, startServer } from "./testing/start-server.ts";

describe("signed entries from the command line", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let dishonest: DishonestReef;
  let token: string;
  let log: Diary;
  const ids: string[] = [];
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);

  before(async () => {
    server = await startServer();
    await reef("register", "--voucher", server.voucher, "--name", "ada", "--url", server.url);
    const { clientId, clientSecret } = await jsonOf(reef("secret", "rotate", "--json"));
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const granted = await fetch(`${server.url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    token = ((await granted.json()) as { access_token: string }).access_token;
    dishonest = await startDishonestReef(server.url);
  });
  after(async () => {
    dishonest.close();
    await server.stop();
  });

  /** Verifies against a reef that tells this in place of the truth. */
  const verifyAmong = (lie: Lie, ...more: string[]) => {
    dishonest.lie = lie;
    const environment = { REEF_URL: dishonest.url, REEF_TOKEN: token };
    return runReef({ configFolder, environment }, "diary", "verify", log.id, ...more);
  };

  it("MN23: signs what it remembers in a signed diary by itself, and elsewhere when told to", async () => {
    await reef("diary", "create", "notes");
    const created = await reef("diary", "create", "log", "--signed");
    assert.match(created.stdout, /^dia_\w{26}\n$/, created.stderr);
    for (const content of ["one", "two", "three", "four"]) {
      const { stdout, stderr } = await reef("remember", content, "--diary", "log", "--tags", "b, a");
      assert.match(stdout, /^ent_\w{26}\n$/, stderr);
      ids.push(stdout.trim());
    }
    log = await jsonOf(reef("diary", "get", "log", "--json"));
    assert.equal(log.chain?.length, 4);
    const signed = await jsonOf(reef("remember", "signed", "--title", " T ", "--sign", "--json"));
    const plain = await jsonOf(reef("remember", "plain", "--json"));
    assert.match(signed.contentHash, /^bafkrei/);
    assert.deepEqual([plain.contentHash, plain.signature], [null, null]);
    for (const id of [signed.id, ...ids]) {
      const { exitCode, stdout, stderr } = await reef("entry", "verify", id);
      assert.match(stdout, /^Valid: ada \([-0-9A-F]{19}\) signed it, and it is unaltered\.\n$/, stderr);
      assert.equal(exitCode, 0);
    }
    const unsigned = await reef("entry", "verify", plain.id);
    assert.deepEqual([unsigned.exitCode, unsigned.stdout], [1, "It is not signed.\n"]);
  });

  it("MN23: does not take unsigned lines into a signed diary, nor verify one that is none", async () => {
    const lines = { configFolder, stdin: '{"content":"x"}\n' };
    const imported = await runReef(lines, "entry", "import", "-", "--diary", "log");
    assert.equal(imported.exitCode, 1);
    assert.match(imported.stderr, /takes signed entries only/);
    const { exitCode, stderr } = await reef("diary", "verify", "notes");
    assert.equal(exitCode, 1);
    assert.match(stderr, /no signed diary/);
  });

  it("MN23: verifies a diary, and remembers for its user only what it found", async () => {
    const first = await reef("diary", "verify", "log");
    assert.deepEqual([first.exitCode, first.stdout], [0, "4 entries are signed, unaltered and in order.\n"]);
    const file = join(configFolder, "chains", `${log.id}.json`);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), log.chain);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await reef("diary", "verify", "log");
    assert.match(again.stdout, /It still holds the 4 that the last check found\.\n$/);
    const report = await jsonOf(reef("diary", "verify", log.id, "--head", log.chain?.head ?? "", "--json"));
    assert.deepEqual(report, { diaryId: log.id, valid: true, entries: 4, ...log.chain, faults: [] });
  });

  it("MN23: says which entry was altered, removed, moved or slipped in", async () => {
    const [one, two, three, four] = ids;
    const lies: [Lie, string][] = [
      [{ list: (all) => all.with(1, { ...entryAt(all, 1), content: "TWO" }) }, `Entry 2 (${two}) was altered:`],
      [{ list: (all) => all.toSpliced(1, 1) }, `1 entry is missing between entry 1 (${one}) and entry 2 (${three}).`],
      [
        { list: (all) => all.toSpliced(3, 1) },
        `1 entry is missing at the end, behind entry 3 (${three}): it was cut off.`,
      ],
      [
        { list: (all) => [...all.slice(1), entryAt(all, 0)] },
        `Entry 4 (${one}) was moved: it belongs at the beginning.`,
      ],
      [
        { list: (all) => [...all, { ...entryAt(all, 3), contentHash: null, signature: null }] },
        `(${four}) is not signed.`,
      ],
      [{ list: (all) => all.with(0, withSignature(all, 0, "AAAA")) }, `Entry 1 (${one}) has a wrong signature:`],
    ];
    for (const [lie, expected] of lies) {
      const { exitCode, stdout, stderr } = await verifyAmong(lie);
      assert.equal(exitCode, 1, stderr);
      assert.ok(stdout.includes(expected), stdout);
      assert.equal(stdout.trim().split("\n").length, 1, stdout);
    }
    assert.equal((await verifyAmong({})).exitCode, 0);
  });

  it("MN23: notices that the end was cut off, or the diary is another, though the reef says that all is well", async () => {
    const setBack = (all: Entry[]): Diary["chain"] => ({ length: all.length - 1, head: entryAt(all, 2).contentHash });
    const cut = await verifyAmong({ list: (all) => all.slice(0, 3), chain: setBack });
    assert.equal(cut.exitCode, 1);
    assert.match(cut.stdout, /^1 entry is missing at the end, behind entry 3 /);
    assert.match(cut.stderr, /chains\/dia_/);
    const emptied = await verifyAmong({ list: () => [], chain: () => ({ length: 0, head: null }) });
    assert.match(emptied.stdout, /^4 entries are missing at the end/);
    const denied = await verifyAmong({ chain: () => null });
    assert.equal(denied.exitCode, 1);
    assert.match(denied.stderr, /was a signed diary at the last check/);
    const unknown = await reef("diary", "verify", "log", "--head", `bafkrei${"a".repeat(52)}`);
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stdout, /^The history was rewritten: bafkreia/);
    assert.equal((await reef("diary", "verify", "log", "--head", "bafk")).exitCode, 2);
  });

  it("MN23: does not forget what it knew for a damaged file", async () => {
    const file = join(configFolder, "chains", `${log.id}.json`);
    const before = readFileSync(file, "utf8");
    writeFileSync(file, "{");
    const { exitCode, stderr } = await reef("diary", "verify", "log");
    assert.equal(exitCode, 1);
    assert.match(stderr, /does not tell a head/);
    writeFileSync(file, before);
  });

  it("MN23: does not believe a reef that calls an altered entry valid", async () => {
    dishonest.lie = { list: (all) => all.map((entry) => ({ ...entry, content: "never said" })) };
    const environment = { REEF_URL: dishonest.url, REEF_TOKEN: token };
    const { exitCode, stdout } = await runReef({ configFolder, environment }, "entry", "verify", ids[0] ?? "");
    assert.deepEqual([exitCode, stdout], [1, "It was altered: it is not what was signed.\n"]);
  });
});

const entryAt = (all: readonly Entry[], index: number): Entry => {
  const entry = all[index];
  assert.ok(entry);
  return entry;
};

function withSignature(all: readonly Entry[], index: number, value: string): Entry {
  const entry = entryAt(all, index);
  assert.ok(entry.signature);
  return { ...entry, signature: { ...entry.signature, value } };
}

/** What a dishonest reef tells in place of the truth: of the entries, oldest first, and of the diary's chain. */
interface Lie {
  list?: (entries: Entry[]) => Entry[];
  chain?: (entries: Entry[]) => Diary["chain"];
}

interface DishonestReef {
  url: string;
  lie: Lie;
  close(): void;
}

/** Stands before a reef and alters what it tells of a diary and its entries. */
async function startDishonestReef(target: string): Promise<DishonestReef> {
  const port = await findFreePort();
  const reef: DishonestReef = {
    url: `http://127.0.0.1:${port}`,
    lie: {},
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
  const proxy = createServer(async ({ url = "/", headers }, outgoing) => {
    const authorization = headers.authorization ?? "";
    const get = async <Body>(path: string) =>
      (await (await fetch(new URL(path, target), { headers: { authorization } })).json()) as Body;
    const answer = await get<unknown>(url);
    const diaryPath = /^\/api\/diaries\/\w+/.exec(url)?.[0];
    const all =
      diaryPath === undefined ? [] : (await get<Page<Entry>>(`${diaryPath}/entries?order=oldest&limit=100`)).items;
    outgoing.setHeader("Content-Type", "application/json");
    outgoing.end(JSON.stringify(alter(url, answer, all, reef.lie)));
  }).listen(port, "127.0.0.1");
  await once(proxy, "listening");
  return reef;
}

function alter(url: string, answer: unknown, all: Entry[], { list = (entries) => entries, chain }: Lie): unknown {
  if (/\/entries(\?|$)/.test(url)) return { ...(answer as Page<Entry>), items: list(all) };
  if (/^\/api\/entries\/\w+$/.test(url)) return list([answer as Entry])[0];
  return chain === undefined || !url.startsWith("/api/diaries/") ? answer : { ...(answer as Diary), chain: chain(all) };
}

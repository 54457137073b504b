import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createReef, type Diary, type Entry, type Reef } from "@reef/sdk";
import type { CredentialsFile } from "../credentials/profile.ts";
import { environmentOf, mainFile, makeFolder, runReef } from "../testing/run-reef.ts";
import { type StartedServer, startServer } from "../testing/start-server.ts";
import { type AgentName, cast, type DiaryName, diaries, diaryNames } from "./story.ts";

const DAY_MS = 86_400_000;

describe("reef seed demo", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let entries: Entry[];
  let stopped: number | null;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const seed = (...more: string[]) => reef("seed", "demo", "--url", server.url, ...more);
  const credentials = (): CredentialsFile => JSON.parse(readFileSync(join(configFolder, "reef.json"), "utf8"));

  /** A client that acts as one of the seeded agents. */
  function as(name: AgentName): Reef {
    const profile = credentials().profiles[`demo-${name}`];
    assert.ok(profile !== undefined && "privateKey" in profile);
    const { clientId, privateKey } = profile;
    return createReef({ url: server.url, credentials: { clientId, privateKey } });
  }

  async function diaryNamed(name: DiaryName): Promise<Diary> {
    const [diary] = (await as(readerOf(name)).memory.listDiaries({ name })).items;
    assert.ok(diary);
    return diary;
  }

  async function entriesOf(name: DiaryName): Promise<Entry[]> {
    const { id: diaryId } = await diaryNamed(name);
    return allOf(as(readerOf(name)).memory.listEntries.all({ diaryId, limit: 100 }));
  }

  /** Ctrl-C, once something is in the feed. */
  async function seedAndStop(): Promise<number | null> {
    const child = spawn(
      process.execPath,
      [mainFile, "seed", "demo", "--url", server.url, "--voucher", server.voucher],
      {
        env: environmentOf({ configFolder }),
        cwd: tmpdir(),
        stdio: "ignore",
      },
    );
    const exited = once(child, "exit");
    const anonymous = createReef({ url: server.url });
    while ((await anonymous.memory.listFeed()).items.length === 0) await pause(20);
    child.kill("SIGINT");
    return (await exited)[0];
  }

  before(async () => {
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100" });
    stopped = await seedAndStop();
    const { exitCode, stderr } = await seed();
    assert.equal(exitCode, 0, stderr);
    entries = (await Promise.all(diaryNames.map(entriesOf))).flat();
  });
  after(() => server.stop());

  it("stops at Ctrl-C, and the same command goes on without anything twice", () => {
    assert.equal(stopped, 130);
    assert.equal(entries.length, 300);
    assert.equal(new Set(entries.map(({ content }) => content)).size, 300);
  });

  it("lets seven agents join, each by a voucher of another, and disables one", async () => {
    const { items: agents } = await as("maren").identity.listAgents();
    assert.deepEqual(agents.map(({ name }) => name).toSorted(), cast.map(({ fullName }) => fullName).toSorted());
    assert.deepEqual(
      agents.filter(({ disabled }) => disabled).map(({ name }) => name),
      ["Felix Brandt"],
    );
    const { items: graph } = await as("maren").identity.listVoucherGraph();
    const issuerOf = new Map(graph.map(({ issuer, redeemer }) => [redeemer.name, issuer.name]));
    assert.equal(issuerOf.size, 6);
    const chain = ["Jonah Reyes", "Wilma Achterberg", "Tobias Wren", "Maren Holt"];
    for (const [index, name] of chain.slice(1).entries()) assert.equal(issuerOf.get(chain[index] ?? ""), name);
  });

  it("keeps the agents' keys in the credentials file, for its user alone", () => {
    assert.equal(statSync(join(configFolder, "reef.json")).mode & 0o777, 0o600);
    const { profiles, pending = {} } = credentials();
    assert.deepEqual(
      Object.keys(profiles),
      cast.map(({ name }) => `demo-${name}`),
    );
    assert.deepEqual(pending, {});
  });

  it("creates nine diaries of all visibilities, one of them signed", async () => {
    const created = await Promise.all(diaryNames.map(diaryNamed));
    const count = (visibility: string) => created.filter((diary) => diary.visibility === visibility).length;
    assert.deepEqual([count("private"), count("network"), count("public")], [4, 3, 2]);
    assert.deepEqual(
      created.filter(({ signed }) => signed).map(({ name }) => name),
      ["Duty log"],
    );
  });

  it("spreads entries of every kind over the last 21 days", () => {
    assert.equal(new Set(entries.map(({ type }) => type)).size, 6);
    assert.ok(new Set(entries.map(({ importance }) => importance)).size >= 8);
    assert.ok(new Set(entries.map(({ session }) => session)).size >= 10);
    const ages = entries.map(({ happenedAt }) => (Date.now() - Date.parse(happenedAt)) / DAY_MS);
    assert.ok(Math.min(...ages) > 0 && Math.max(...ages) < 22 && Math.max(...ages) > 19);
    assert.equal(new Set(ages.map(Math.floor)).size >= 20, true);
  });

  it("MN23: signs entries that verify, in the chain of the duty log and outside of it", async () => {
    const signed = entries.filter(({ signature }) => signature !== null);
    assert.equal(signed.length, 44);
    for (const { id: entryId } of signed) {
      const { valid } = await as("maren").memory.verifyEntry({ entryId });
      assert.equal(valid, true);
    }
    const verified = await reef("diary", "verify", "Duty log", "--profile", "demo-wilma");
    assert.equal(verified.stdout, "34 entries are signed, unaltered and in order.\n", verified.stderr);
  });

  it("writes two entries that the scan flags, and nothing else that it takes for an attack", () => {
    const flagged = entries.filter(({ injectionRisk }) => injectionRisk);
    assert.deepEqual(flagged.map(({ title }) => title).toSorted(), [
      'Received: "Manifest query, urgent before vessel departs"',
      'Received: "Updated remittance instructions, invoice 20931"',
    ]);
  });

  it("relates entries in every way, and replaces a runbook three times", async () => {
    const found = await Promise.all(
      diaryNames.map(async (name) => {
        const { id: diaryId } = await diaryNamed(name);
        return allOf(as(readerOf(name)).memory.listDiaryRelations.all({ diaryId, limit: 100 }));
      }),
    );
    assert.deepEqual(new Set(found.flat().map(({ kind }) => kind)).size, 6);
    const versions = entries.filter(({ title }) => title?.startsWith("Restart crane 2"));
    assert.equal(versions.length, 4);
    const successors = new Set(versions.map(({ supersededBy }) => supersededBy));
    assert.equal(versions.filter(({ id }) => successors.has(id)).length, 3);
  });

  it("MN16: shares diaries, in every state, with agents and with a group, and offers one", async () => {
    const found = await Promise.all(
      diaryNames
        .filter((name) => diaries[name].owner !== "felix")
        .map(async (name) => {
          const { id: diaryId } = await diaryNamed(name);
          return (await as(diaries[name].owner).memory.listShares({ diaryId })).items;
        }),
    );
    const count = (status: string) => found.flat().filter((share) => share.status === status).length;
    assert.deepEqual([count("pending"), count("accepted"), count("revoked")], [2, 11, 1]);
    assert.equal((await as("priya").memory.listInvitations({ status: "declined" })).items.length, 1);
    assert.equal(found.flat().filter(({ subject }) => subject.type === "group").length, 1);
    const [group] = (await as("jonah").permissions.listGroups()).items;
    assert.deepEqual([group?.name, group?.role], ["Night shift", "member"]);
    const [offer] = (await as("tobias").memory.listTransfers()).items;
    assert.deepEqual([offer?.diaryName, offer?.status], ["Notices to skippers", "pending"]);
  });

  for (const [question, title] of [
    ["which bollard must not be used", "Notice 39: bollard 7 must not be used"],
    ["why was the citrus held", "Marigold Bay: the citrus is held"],
    ["how do we restart crane 2 after an emergency stop", "Restart crane 2 after an emergency stop"],
  ] as const) {
    it(`MN18: finds the answer to "${question}"`, async () => {
      const { items } = await as("maren").memory.search({ query: question, includeShared: true, limit: 5 });
      assert.ok(
        items.some((hit) => hit.title?.startsWith(title)),
        JSON.stringify(items.map((hit) => hit.title)),
      );
    });
  }

  it("shows what is public in the feed", async () => {
    const feed = await allOf(createReef({ url: server.url }).memory.listFeed.all({ limit: 100 }));
    assert.equal(feed.length, 68);
  });

  it("refuses to fill the same organization twice", async () => {
    for (const more of [[], ["--voucher", server.voucher], ["--profile", "demo-ines"]]) {
      const { exitCode, stderr } = await seed(...more);
      assert.equal(exitCode, 1);
      assert.match(stderr, /^Error: .+ is filled with the demonstration already\.\n.+--again\.\n$/);
    }
    assert.equal((await as("maren").identity.listAgents()).total, 7);
  });

  it("refuses it from another machine too, where the one agent that looked leaves again", async () => {
    const elsewhere = { configFolder: makeFolder("reef-cli-") };
    const { code } = await as("maren").identity.issueVoucher();
    const { exitCode, stderr } = await runReef(elsewhere, "seed", "demo", "--url", server.url, "--voucher", code);
    assert.equal(exitCode, 1);
    assert.match(stderr, /is filled with the demonstration already/);
    const { items } = await as("maren").identity.listAgents();
    assert.deepEqual([items.length, items[0]?.disabled], [8, true]);
    assert.match((await runReef(elsewhere, "whoami")).stderr, /Nobody is signed in on this machine/);
  });

  it("fills it once more when told so, with agents of their own profiles", async () => {
    const { exitCode, stdout, stderr } = await seed("--again", "--json");
    assert.equal(exitCode, 0, stderr);
    const { agents, entries: written } = JSON.parse(stdout);
    assert.deepEqual([agents.length, written, agents[0].profile], [7, 300, "demo-maren-2"]);
    assert.equal((await as("maren").identity.listAgents()).total, 15);
    assert.equal((await seed()).exitCode, 1);
  });

  it("answers 3 to somebody who has neither a voucher nor a profile", async () => {
    const { exitCode, stderr } = await runReef({ configFolder: makeFolder("reef-cli-") }, "seed", "demo");
    assert.equal(exitCode, 3, stderr);
  });
});

describe("reef seed demo for a person", () => {
  let server: StartedServer;
  before(async () => {
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100" });
  });
  after(() => server.stop());

  /** The first person of the reef, its operator, as a bearer token. */
  async function signIn(): Promise<string> {
    const person = { email: "adaeze@kelmouth.example", password: "nine keys in the cabinet" };
    const post = async (path: string, body: object): Promise<Response> => {
      const headers = { "content-type": "application/json", origin: server.url };
      const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      assert.ok(response.ok, `${path}: ${response.status}`);
      return response;
    };
    const organization = { organizationName: "Kelmouth Quay", slug: "kelmouth" };
    await post("/api/setup", { code: server.setupCode, name: "Adaeze Oduya", ...person, ...organization });
    return (await post("/api/auth/sign-in/email", person)).headers.get("set-auth-token") ?? "";
  }

  it("lets the first agent join by a voucher of that person, whose organization is filled and once only", async () => {
    const token = await signIn();
    const options = { configFolder: makeFolder("reef-cli-"), environment: { REEF_TOKEN: token, REEF_URL: server.url } };
    const { exitCode, stderr } = await runReef(options, "seed", "demo");
    assert.equal(exitCode, 0, stderr);
    const reef = createReef({ url: server.url, credentials: { token } });
    const { items: graph } = await reef.identity.listVoucherGraph();
    const [first] = graph.filter(({ redeemer }) => redeemer.name === "Maren Holt");
    assert.deepEqual([graph.length, first?.issuer.name], [7, "Adaeze Oduya"]);

    const requests = await allOf(reef.signing.listSigningRequests.all({ limit: 100 }));
    const shown = requests
      .filter(({ message }) => !message.startsWith("bafk"))
      .map(({ status, valid }) => [status, valid]);
    const count = (status: string, valid: boolean | null) =>
      shown.filter(([one, other]) => one === status && other === valid).length;
    assert.deepEqual([count("pending", null), count("completed", true), count("completed", false)], [3, 2, 1]);

    const again = await runReef(options, "seed", "demo");
    assert.equal(again.exitCode, 1);
    assert.match(again.stderr, /is filled with the demonstration already/);
  });
});

async function allOf<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

/** An agent that may read the diary; the owner of one of them is disabled. */
const readerOf = (name: DiaryName): AgentName => (diaries[name].owner === "felix" ? "ines" : diaries[name].owner);

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { jsonOf, makeFolder, type Run, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

const NO_SHARE = "shr_01m7y8s8vgfk3bq0cs5cfs0r09";

describe("sharing from the command line", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let bo: { fingerprint: string };
  /** Runs the program as one of the agents, each a profile of this machine. */
  const as = (profile: "ada" | "bo", ...commandArguments: string[]) =>
    runReef({ configFolder }, ...commandArguments, "--profile", profile);
  const idOf = async (run: Promise<Run>, prefix: string) => {
    const { stdout, stderr } = await run;
    assert.match(stdout, new RegExp(`^${prefix}_\\w{26}\\n$`), stderr);
    return stdout.trim();
  };

  before(async () => {
    server = await startServer();
    const join = (profile: "ada" | "bo", voucher: string) =>
      as(profile, "register", "--voucher", voucher, "--name", profile, "--url", server.url, "--json");
    await jsonOf(join("ada", server.voucher));
    const { code: voucher } = await jsonOf(as("ada", "voucher", "issue", "--json"));
    bo = (await jsonOf(join("bo", voucher))).agent;
    await as("ada", "diary", "create", "tides");
    await as("ada", "remember", "high tide is at noon");
    await as("bo", "diary", "create", "own");
  });
  after(() => server.stop());

  it("MN16: shares a diary, accepts, revokes, and shows each state", async () => {
    const id = await idOf(as("ada", "share", "create", "tides", bo.fingerprint), "shr");
    const invitations = await as("bo", "invitation", "list");
    assert.match(invitations.stdout, /^DIARY +FROM +FOR +ROLE +INVITED +ID\ntides +.{4} ada [0-9A-F]{4} +you +reader/);
    assert.equal((await as("bo", "diary", "get", "tides")).exitCode, 4);
    await idOf(as("bo", "invitation", "accept", id), "dia");
    assert.match((await as("bo", "diary", "list")).stdout, /tides +reader +private/);
    const refused = await as("bo", "remember", "low at six", "--diary", "tides");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^Error: .+\n.*only its owner.*\n/);
    const [shared] = (await jsonOf(as("ada", "share", "list", "tides", "--json"))).items;
    assert.deepEqual([shared.subject.name, shared.role, shared.status], ["bo", "reader", "accepted"]);
    assert.equal((await as("ada", "share", "revoke", id)).exitCode, 0);
    assert.equal((await as("bo", "diary", "get", "tides")).exitCode, 4);
    assert.match((await as("ada", "share", "list", "tides", "--status", "revoked")).stdout, /bo .+revoked/);
  });

  it("MN16: a new role is a new invitation, which may be declined or accepted", async () => {
    const id = await idOf(as("ada", "share", "create", "tides", bo.fingerprint, "--role", "writer"), "shr");
    assert.equal((await as("bo", "invitation", "decline", id)).exitCode, 0);
    assert.equal((await as("bo", "invitation", "accept", id)).exitCode, 1);
    await as("ada", "share", "create", "tides", bo.fingerprint, "--role", "writer");
    await as("bo", "invitation", "accept", id);
    await idOf(as("bo", "remember", "low tide is at six", "--diary", "tides"), "ent");
  });

  it("MN19: searches what is shared on request, and writes nowhere else than before", async () => {
    const found = async (...more: string[]) =>
      (await jsonOf(as("bo", "search", "tide", "--json", ...more))).items.length;
    assert.deepEqual([await found(), await found("--shared"), await found("--diary", "tides")], [0, 2, 2]);
    const { diaryId } = await jsonOf(as("bo", "remember", "mine", "--json"));
    assert.equal((await jsonOf(as("bo", "diary", "get", "own", "--json"))).id, diaryId);
  });

  it("shares with a group, whose members come and go", async () => {
    const group = await idOf(as("ada", "group", "create", "night shift"), "grp");
    assert.equal((await as("bo", "group", "get", group)).exitCode, 4);
    assert.match((await as("ada", "group", "add", group, bo.fingerprint)).stderr, /bo is in the group now/);
    assert.match((await as("bo", "group", "list")).stdout, /night shift +member/);
    assert.match((await as("bo", "group", "members", group)).stdout, /ada .+owner(.|\n)+bo .+member/);
    await as("ada", "diary", "create", "handover");
    const id = await idOf(as("ada", "share", "create", "handover", "--group", group), "shr");
    await as("ada", "invitation", "accept", id);
    assert.equal((await as("bo", "diary", "get", "handover")).exitCode, 0);
    assert.equal((await as("bo", "group", "remove", group, bo.fingerprint)).exitCode, 0);
    assert.equal((await as("bo", "diary", "get", "handover")).exitCode, 4);
    assert.equal((await as("ada", "group", "delete", group)).exitCode, 2);
    assert.equal((await as("ada", "group", "delete", group, "--yes")).exitCode, 0);
    assert.equal((await jsonOf(as("ada", "group", "list", "--json"))).total, 0);
  });

  it("gives a diary away, once the other side accepts", async () => {
    await as("ada", "diary", "create", "heirloom");
    const first = await idOf(as("ada", "diary", "transfer", "heirloom", bo.fingerprint), "trf");
    assert.equal((await as("ada", "transfer", "cancel", first)).exitCode, 0);
    const second = await idOf(as("ada", "diary", "transfer", "heirloom", bo.fingerprint), "trf");
    assert.equal((await as("bo", "transfer", "decline", second)).exitCode, 0);
    const third = await idOf(as("ada", "diary", "transfer", "heirloom", bo.fingerprint), "trf");
    await idOf(as("bo", "transfer", "accept", third), "dia");
    assert.match((await as("bo", "diary", "list")).stdout, /heirloom +owner/);
    assert.match((await as("ada", "diary", "list")).stdout, /heirloom +writer/);
    const states = (await jsonOf(as("ada", "transfer", "list", "--json"))).items.map(
      ({ status }: { status: string }) => status,
    );
    assert.deepEqual(states, ["accepted", "declined", "cancelled"]);
  });

  for (const wrong of [
    ["share", "create", "tides"],
    ["share", "create", "tides", "21FE"],
    ["share", "revoke", "tides"],
    ["invitation", "list", "--status", "lost"],
    ["transfer", "accept", NO_SHARE],
    ["group", "add", "night shift"],
  ]) {
    it(`answers 2 to \`reef ${wrong.join(" ")}\``, async () => {
      const run = await as("ada", ...wrong);
      assert.equal(run.exitCode, 2, run.stderr);
      assert.equal(run.stdout, "");
      assert.match(run.stderr, /^Error: .+\n.+\n$/);
    });
  }

  it("answers 4 for an invitation that is not there", async () => {
    assert.equal((await as("bo", "invitation", "accept", NO_SHARE)).exitCode, 4);
  });
});

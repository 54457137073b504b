import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DatabaseHandle, openDatabase } from "@reef/db";
import { createReef, type Diary, type Entry, type Reef, type RegisteredAgent, register } from "@reef/sdk";
import { createServerDatabase, type ServerDatabase, testServerUrl } from "@reef/testing";
import { sql } from "kysely";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

const PASSPHRASE = "correct horse battery staple";
const LIMITS = { REEF_RATE_LIMIT_FACTOR: "100" };
const ENTRIES = 130;

interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

interface Line {
  hash: string;
  record?: { kind: string; [field: string]: unknown };
  signature?: string;
}

const clientOf = (url: string, { credentials, privateKey }: RegisteredAgent): Reef =>
  createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });

const linesOf = (path: string): Line[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** What an archive holds of one kind, in its order. */
const recordsOf = (path: string, kind: string) =>
  linesOf(path).flatMap(({ record }) => (record?.kind === kind ? [record[kind]] : []));

describe("an agent that moves", {
  skip: testServerUrl === undefined && "REEF_TEST_DATABASE_URL names no Postgres",
}, () => {
  const configFolder = makeFolder("reef-portable-");
  const archive = join(configFolder, "ada.reef");
  const passphraseFile = join(configFolder, "passphrase");
  let home: ReefProcess;
  let away: ReefProcess;
  let server: ServerDatabase;
  let database: DatabaseHandle;
  /** The first agent of each reef. */
  let homeBo: RegisteredAgent;
  let awayBo: Reef;
  let notes: Diary;
  let log: Diary;
  let exported: Entry[];

  /** Runs the `reef` command with ada's credentials, by default those for the reef that she comes from. */
  const reef = (...commandArguments: string[]): Promise<Run> =>
    new Promise((resolve) => {
      const command = [join(repositoryRoot, "apps/cli/src/main.ts"), ...commandArguments];
      const env = { REEF_CONFIG_DIR: configFolder, REEF_KEYRING: "off" };
      execFile(process.execPath, command, { env, cwd: configFolder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  const resultOf = async (...commandArguments: string[]) => {
    const { exitCode, stdout, stderr } = await reef(...commandArguments, "--json");
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout);
  };

  /** What the command keeps of ada at one of the reefs. */
  const profileOf = (name: string) => JSON.parse(readFileSync(join(configFolder, "reef.json"), "utf8")).profiles[name];
  const clientOfProfile = (name: string): Reef => {
    const { url, clientId, privateKey } = profileOf(name);
    return createReef({ url, credentials: { clientId, privateKey } });
  };

  /** All that an import may write, by table. */
  const countRows = async () => {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*)::int from memory.diaries) as diaries, (select count(*)::int from memory.entries) as entries,
        (select count(*)::int from memory.postings) as postings, (select count(*)::int from memory.relations) as relations,
        (select count(*)::int from memory.shares) as shares, (select count(*)::int from permissions.relations) as grants,
        (select count(*)::int from memory.restored_diaries) as restored_diaries,
        (select count(*)::int from memory.restored_entries) as restored_entries,
        (select coalesce(sum(version), 0)::int from memory.entries) as versions`.execute(database.kysely);
    return rows[0];
  };

  before(async () => {
    assert.ok(testServerUrl);
    writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
    home = await startReefProcess({ environment: LIMITS });
    server = await createServerDatabase(testServerUrl, {});
    const onPostgres = { DATABASE_URL: server.url, REEF_SECRET: "b".repeat(64) };
    away = await startReefProcess({ environment: { ...LIMITS, ...onPostgres } });
    database = await openDatabase({ url: server.url });
    homeBo = await register({ url: home.url, name: "bo", voucher: home.voucher ?? "" });
    awayBo = clientOf(
      away.url,
      await register({ url: away.url, name: "bo", voucher: away.voucher ?? "", privateKey: homeBo.privateKey }),
    );
  });
  after(async () => {
    await database?.close();
    await Promise.all([home?.stop(), away?.stop()]);
    await server?.drop();
  });

  it("remembers, signs, relates and shares at home", async () => {
    const bo = clientOf(home.url, homeBo);
    const { code } = await bo.identity.issueVoucher();
    assert.equal((await reef("register", "--voucher", code, "--name", "ada", "--url", home.url)).exitCode, 0);
    const cy = await register({ url: home.url, name: "cy", voucher: (await bo.identity.issueVoucher()).code });
    notes = await resultOf("diary", "create", "notes", "--visibility", "network");
    log = await resultOf("diary", "create", "log", "--signed");
    const lines = Array.from({ length: ENTRIES }, (_, index) =>
      JSON.stringify({
        content: `Fact ${index} 🪸`,
        tags: ["b", "a"],
        importance: 8,
        happenedAt: "2025-01-02T03:04:05Z",
      }),
    );
    const facts = join(configFolder, "facts.jsonl");
    writeFileSync(facts, lines.join("\n"));
    await resultOf("entry", "import", facts, "--diary", "notes");
    for (const content of ["set sail", "crossed the line", "made landfall"]) {
      await resultOf("remember", content, "--diary", "log");
    }
    await resultOf("remember", "a signed fact", "--diary", "notes", "--sign");
    const ada = clientOfProfile("default");
    const [newer, older, other] = (await ada.memory.listEntries({ diaryId: notes.id })).items;
    assert.ok(newer && older && other);
    await ada.memory.ensureRelation({ entryId: newer.id, kind: "supersedes", toEntryId: older.id, note: "better" });
    await ada.memory.ensureRelation({ entryId: newer.id, kind: "supports", toEntryId: other.id });
    for (const invited of [homeBo, cy]) {
      const { fingerprint } = invited.agent;
      const share = await ada.memory.createShare({ diaryId: notes.id, fingerprint, role: "writer" });
      await clientOf(home.url, invited).memory.acceptInvitation({ shareId: share.id });
    }
    await bo.memory.createEntry({ diaryId: notes.id, content: "a word from bo" });
    exported = [];
    for (const { id: diaryId } of [log, notes]) {
      const all = ada.memory.listEntries.all({ diaryId, order: "oldest", limit: 100 });
      for await (const entry of all) exported.push(entry);
    }
    assert.equal(exported.length, ENTRIES + 5);
  });

  it("is exported into one file, signed, for its user only, without its key unless that is asked for", async () => {
    const { privateKey } = profileOf("default");
    const bare = join(configFolder, "bare.reef");
    const { stdout } = await reef("agent", "export", bare);
    assert.equal(stdout, `${bare}\n`);
    assert.deepEqual(recordsOf(bare, "key"), []);
    assert.ok(linesOf(bare).every(({ record }) => record?.kind !== "key"));
    const taken = await reef("agent", "export", bare);
    assert.deepEqual([taken.exitCode, taken.stdout], [1, ""]);

    const counts = await resultOf("agent", "export", archive, "--with-key", "--passphrase-file", passphraseFile);
    assert.deepEqual([counts.diaries, counts.entries], [2, ENTRIES + 5]);
    assert.equal(statSync(archive).mode & 0o777, 0o600);
    const text = readFileSync(archive, "utf8");
    assert.ok(!text.includes(privateKey) && !text.includes(PASSPHRASE));
    assert.equal(linesOf(archive).filter(({ record }) => record?.kind === "key").length, 1);
    assert.equal(recordsOf(archive, "relation").length, 2);
    assert.equal(recordsOf(archive, "share").length, 2);
    assert.deepEqual(
      (recordsOf(archive, "entry") as Entry[]).map(({ id }) => id).sort(),
      exported.map(({ id }) => id).sort(),
    );
  });

  it("needs a passphrase that is long enough, and a way to give it", async () => {
    const short = join(configFolder, "short");
    writeFileSync(short, "short\n");
    const other = join(configFolder, "other.reef");
    for (const options of [["--with-key", "--passphrase-file", short], ["--with-key"], ["--passphrase-file", short]]) {
      assert.equal((await reef("agent", "export", other, ...options)).exitCode, 2);
    }
    assert.equal(statSync(other, { throwIfNoEntry: false }), undefined);
  });

  it("joins the other reef with the key in the archive, and with no other passphrase", async () => {
    const { code } = await awayBo.identity.issueVoucher();
    const joinWith = (passphrase: string) => [
      ...["register", "--voucher", code, "--name", "ada", "--url", away.url, "--profile", "away"],
      ...["--archive", archive, "--passphrase-file", passphrase],
    ];
    const wrong = join(configFolder, "wrong");
    writeFileSync(wrong, "incorrect horse battery staple\n");
    const refused = await reef(...joinWith(wrong));
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /passphrase does not open/);
    const stranger = await reef("agent", "import", archive, "--url", away.url);
    assert.notEqual(stranger.exitCode, 0);
    const joined = await resultOf(...joinWith(passphraseFile));
    const agent = linesOf(archive)[0]?.record?.agent as { fingerprint: string };
    assert.equal(joined.agent.fingerprint, agent.fingerprint);
  });

  it("is not imported when anything in it was altered, which is named; and nothing is written", async () => {
    const rows = await countRows();
    const lines = readFileSync(archive, "utf8").trimEnd().split("\n");
    const target = lines.findIndex((line) => line.includes("Fact 77 "));
    const forged = join(configFolder, "forged.reef");
    const forgeries: [string, string[], RegExp][] = [
      [
        "another word",
        lines.with(target, (lines[target] ?? "").replace("Fact 77", "Fact 78")),
        /Line \d+ \(entry ent_\w+\) was altered/,
      ],
      [
        "a line less",
        lines.toSpliced(target, 1),
        /Line \d+ \(entry ent_\w+\) was altered, or a line before it was removed/,
      ],
      ["no end", lines.slice(0, -1), /cut off/],
    ];
    for (const [name, altered, message] of forgeries) {
      writeFileSync(forged, altered.join("\n"));
      const { exitCode, stdout, stderr } = await reef("agent", "import", forged, "--profile", "away");
      assert.deepEqual([exitCode, stdout], [1, ""], name);
      assert.match(stderr, message, name);
      assert.match(stderr, /Nothing was imported/);
    }
    assert.deepEqual(await countRows(), rows);
  });

  it("is imported whole: ids that are taken are mapped, signatures hold, invitations wait; twice changes nothing", async () => {
    // Bo has two of ada's ids here already.
    const [first] = exported.filter(({ diaryId }) => diaryId === notes.id);
    assert.ok(first);
    const { createdAt, updatedAt } = notes;
    await awayBo.memory.restoreDiary({
      sourceId: notes.id,
      name: "bo's",
      visibility: "private",
      signed: false,
      createdAt,
      updatedAt,
    });
    const {
      supersededBy: _s,
      injectionRisk: _i,
      importedBy: _b,
      editedBy: _e,
      version: _v,
      id,
      diaryId: _d,
      ...fields
    } = first;
    await awayBo.memory.restoreEntries({
      diaryId: notes.id,
      entries: [{ ...fields, sourceId: id, content: "bo's own" }],
    });

    const report = await resultOf("agent", "import", archive, "--profile", "away");
    const rows = await countRows();
    assert.equal(report.entries, ENTRIES + 5);
    assert.deepEqual([report.relations, report.skippedRelations], [2, 0]);
    assert.equal(report.invited, 1);
    assert.deepEqual(
      report.skippedShares.map(({ name }: { name: string }) => name),
      ["cy"],
    );
    const idOf = new Map<string, string>(
      report.diaries.map((diary: { sourceId: string; diaryId: string }) => [diary.sourceId, diary.diaryId]),
    );
    assert.equal(idOf.get(log.id), log.id);
    assert.notEqual(idOf.get(notes.id), notes.id);

    assert.deepEqual(await resultOf("agent", "import", archive, "--profile", "away"), report);
    assert.deepEqual(await countRows(), rows);

    // What comes back out is what went in, but for the ids that were taken.
    const returned = join(configFolder, "returned.reef");
    await resultOf("agent", "export", returned, "--profile", "away");
    const [there] = (recordsOf(returned, "entry") as Entry[]).filter(({ content }) => content === first.content);
    assert.ok(there && there.id !== first.id);
    const { id: adaHere } = await resultOf("whoami", "--profile", "away");
    const { id: adaHome } = await resultOf("whoami");
    const bosId = new Map([[first.id, there.id], [adaHome, adaHere], ...idOf]);
    const mapped = (kind: string) => {
      const text = JSON.stringify(recordsOf(archive, kind));
      return JSON.parse(text.replace(/(dia|ent|agt)_\w{26}/g, (found) => bosId.get(found) ?? found));
    };
    const byContent = (a: { content: string }, b: { content: string }) => (a.content < b.content ? -1 : 1);
    assert.deepEqual((recordsOf(returned, "entry") as Entry[]).sort(byContent), mapped("entry").sort(byContent));
    assert.deepEqual(recordsOf(returned, "relation"), mapped("relation"));

    const { stdout } = await reef("diary", "verify", log.id, "--profile", "away");
    assert.match(stdout, /3 entries/);
    const adaAway = clientOfProfile("away");
    for (const { id: entryId, signature } of recordsOf(returned, "entry") as Entry[]) {
      if (signature === null) continue;
      const verified = await adaAway.memory.verifyEntry({ entryId });
      assert.equal(verified.valid, true, entryId);
    }
  });

  it("gives nobody access by that: who was invited must accept, and who declined is not asked again", async () => {
    const [invitation, ...more] = (await awayBo.memory.listInvitations()).items;
    assert.deepEqual([invitation?.role, invitation?.status, more.length], ["writer", "pending", 0]);
    await awayBo.memory.declineInvitation({ shareId: invitation?.id ?? "shr_" });
    await resultOf("agent", "import", archive, "--profile", "away");
    assert.deepEqual((await awayBo.memory.listInvitations()).items, []);
  });

  it("joins with the key of a profile of this machine, which a refusal does not cost its key", async () => {
    const { code } = await awayBo.identity.issueVoucher();
    const again = (voucher: string) => [
      ...["register", "--voucher", voucher, "--name", "dora", "--url", away.url, "--profile", "dora-away"],
      ...["--key-of", "dora"],
    ];
    const { code: homeCode } = await clientOf(home.url, homeBo).identity.issueVoucher();
    const { agent } = await resultOf(
      ...["register", "--voucher", homeCode, "--name", "dora", "--url", home.url, "--profile", "dora"],
    );
    assert.equal((await reef(...again("0".repeat(64)))).exitCode, 1);
    const joined = await resultOf(...again(code));
    assert.equal(joined.agent.fingerprint, agent.fingerprint);
    assert.notEqual(joined.agent.id, agent.id);
    for (const profile of ["dora", "dora-away"]) {
      assert.equal((await resultOf("whoami", "--profile", profile)).fingerprint, agent.fingerprint);
    }
  });

  it("takes up no memory but its own", async () => {
    const { code } = await awayBo.identity.issueVoucher();
    await resultOf("register", "--voucher", code, "--name", "eve", "--url", away.url, "--profile", "eve");
    const { exitCode, stderr } = await reef("agent", "import", archive, "--profile", "eve");
    assert.equal(exitCode, 1);
    assert.match(stderr, /The archive is of ada .+ and you are eve/);
  });
});

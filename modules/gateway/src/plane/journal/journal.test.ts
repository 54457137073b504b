import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { pbkdf2, randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { collectLogs, silentLogger, temporaryFolder, until } from "@reef/testing";
import { createJournal, type JournalOptions, type LocalJournal } from "./journal.ts";
import { JournalRefusal } from "./refusal.ts";
import { listSegmentPaths, replay } from "./replay.ts";
import { begunCall, endOf } from "./test-calls.ts";
import type { UsageRecord } from "./usage-event.ts";

const MEBIBYTE = 1_048_576;

function open(options: Partial<JournalOptions> = {}): LocalJournal {
  const root = temporaryFolder("reef-journal");
  const fixed = { root, processId: randomUUID(), durability: "process", mostBytes: 64 * MEBIBYTE } as const;
  return createJournal({ ...fixed, logger: silentLogger, ...options });
}

/** What stands on the disk now, as whoever comes after this process would find it. */
async function readBack({ folder }: LocalJournal) {
  const ended: UsageRecord[] = [];
  const { open: begun, damaged } = await replay(await listSegmentPaths(folder), async (records) => {
    ended.push(...records);
  });
  return { ended: ended.map(({ begun: { id } }) => id), open: begun, damaged };
}

async function call(journal: LocalJournal) {
  const begun = begunCall();
  await journal.begin(begun);
  await journal.end(endOf(begun));
  return begun;
}

describe("the journal", () => {
  it("OC17: has a call on disk as begun when `begin` resolves, and as over when `end` does", async () => {
    for (const durability of ["process", "disk"] as const) {
      const journal = open({ durability });
      const begun = begunCall();
      await journal.begin(begun);
      const afterBegin = await readBack(journal);
      assert.deepEqual(afterBegin.open, [{ begun, outputTokens: 0, at: begun.startedAt }]);
      const ended = endOf(begun);
      await journal.end(ended);
      const afterEnd = await readBack(journal);
      assert.deepEqual([afterEnd.ended, afterEnd.open], [[begun.id], []]);
      assert.deepEqual(journal.peek(10), [{ begun, ended }]);
    }
  });

  it("writes all records of one turn by one write", async () => {
    let writes = 0;
    const journal = open({
      writeBytes(file, bytes, offset) {
        writes += 1;
        return writeSync(file, bytes, offset);
      },
    });
    const calls = Array.from({ length: 50 }, () => begunCall());
    await Promise.all(calls.map((begun) => journal.begin(begun)));
    assert.equal(writes, 1);
    await Promise.all(calls.map((begun) => journal.end(endOf(begun))));
    assert.equal(writes, 2);
    assert.equal((await readBack(journal)).ended.length, 50);
  });

  it("is readable for nobody but this user", async () => {
    const journal = open();
    await journal.begin(begunCall());
    assert.equal(statSync(journal.folder).mode & 0o777, 0o700);
    const files = readdirSync(journal.folder);
    assert.deepEqual(files.sort(), ["000001.log", "owner.json"]);
    for (const file of files) assert.equal(statSync(join(journal.folder, file)).mode & 0o777, 0o600);
  });

  it("ends a call once, and refuses one that was never begun", async () => {
    const journal = open();
    const begun = await call(journal);
    await assert.rejects(journal.end(endOf(begun)));
    await assert.rejects(journal.end(endOf(begunCall())));
    assert.equal(journal.counts().waiting, 1);
  });

  it("OC17: passes over a torn last line, and keeps what stands before it", async () => {
    const journal = open();
    const begun = await call(journal);
    const [path = ""] = await listSegmentPaths(journal.folder);
    const whole = readFileSync(path);
    appendFileSync(path, whole.subarray(0, whole.length - 9));
    const back = await readBack(journal);
    assert.deepEqual(back.ended, [begun.id]);
    assert.equal(back.damaged, 1);
  });

  it("OC17: notes how much was delivered, once a second at most, and keeps the largest", async () => {
    let now = Date.now();
    const journal = open({ now: () => now });
    const begun = begunCall({ startedAt: now });
    await journal.begin(begun);
    for (const tokens of [1, 2, 3]) journal.progress(begun.id, tokens);
    now += 1_000;
    for (const tokens of [40, 41, 42]) journal.progress(begun.id, tokens);
    now += 1_000;
    journal.progress(begun.id, 30);
    journal.progress(randomUUID(), 500);
    await setImmediate();
    assert.deepEqual((await readBack(journal)).open, [{ begun, outputTokens: 40, at: now - 1_000 }]);
  });

  it("begins a new file by size and by age, and deletes one as soon as all its calls are over and stored", async () => {
    let now = Date.now();
    const journal = open({ segmentBytes: 3_000, now: () => now });
    const slow = begunCall();
    await journal.begin(slow);
    for (let count = 0; count < 10; count += 1) await call(journal);
    now += 5_000;
    journal.tend();
    const filled = await listSegmentPaths(journal.folder);
    assert.ok(filled.length > 2, `${filled.length} files`);

    journal.shipped(10);
    journal.tend();
    await call(journal);
    const [first = "", ...rest] = await listSegmentPaths(journal.folder);
    assert.equal(first, filled[0], "the first holds a call that goes on");
    assert.equal(rest.length, 1);

    await journal.end(endOf(slow));
    journal.shipped(2);
    await journal.close();
    assert.equal(existsSync(journal.folder), false);
  });

  it("writes long calls anew, so that they do not keep old files", async () => {
    let now = Date.now();
    const journal = open({ now: () => now });
    const slow = begunCall();
    await journal.begin(slow);
    now += 1_000;
    journal.progress(slow.id, 7);
    await setImmediate();
    const [first = ""] = await listSegmentPaths(journal.folder);
    now += 40_000;
    for (let rounds = 0; rounds < 3; rounds += 1) {
      journal.tend();
      await setImmediate();
    }
    await untilGone(first);
    const back = await readBack(journal);
    assert.deepEqual(
      back.open.map(({ begun, outputTokens }) => [begun.id, outputTokens]),
      [[slow.id, 7]],
    );
    await journal.end(endOf(slow));
    assert.deepEqual((await readBack(journal)).ended, [slow.id]);
  });

  it("a long call that is written anew again before the disk has it keeps no file when it is over", async () => {
    let now = Date.now();
    const journal = open({ durability: "disk", segmentBytes: 1, now: () => now });
    const slow = begunCall();
    await journal.begin(slow);
    now += 40_000;
    // The disk waits for one of the system's threads, which all have something to do.
    const busy = Array.from({ length: 16 }, () => promisify(pbkdf2)("tide", "salt", 50_000, 64, "sha512"));
    for (let rounds = 0; rounds < 3; rounds += 1) {
      journal.tend();
      await setImmediate();
    }
    await Promise.all(busy);
    await journal.end(endOf(slow));
    journal.shipped(1);
    assert.equal(await journal.close(), true);
    assert.equal(existsSync(journal.folder), false);
  });

  it("OC17: refuses calls when it has reached its bound, and takes them again when there is room", async () => {
    const journal = open({ mostBytes: 3_000, segmentBytes: 1_000 });
    const begun = [];
    for (;;) {
      const next = begunCall();
      const isTaken = await journal.begin(next).then(
        () => true,
        (error) => {
          assert.ok(error instanceof JournalRefusal);
          assert.equal(error.reason, "full");
          return false;
        },
      );
      if (!isTaken) break;
      begun.push(next);
    }
    assert.ok(begun.length > 2);
    for (const one of begun) await journal.end(endOf(one));
    assert.equal((await readBack(journal)).ended.length, begun.length, "what was begun ends on record, bound or not");
    journal.shipped(begun.length);
    journal.tend();
    await call(journal);
  });

  it("goes on in a folder of its own when another process has taken the old one", async () => {
    const logs = collectLogs();
    const journal = open({ logger: logs.logger, segmentBytes: 100 });
    await call(journal);
    await call(journal);
    renameSync(journal.folder, `${journal.folder}-taken`);
    const begun = await call(journal);
    assert.deepEqual((await readBack(journal)).ended, [begun.id]);
    assert.ok(readdirSync(journal.folder).includes("owner.json"));
    assert.equal(logs.lines().length, 1);
    journal.shipped(3);
    await journal.close();
    assert.equal(existsSync(journal.folder), false);
  });

  it("keeps calls on the disk alone when many wait, and gives their files", async () => {
    const journal = open({ mostWaiting: 5 });
    for (let count = 0; count < 12; count += 1) await call(journal);
    assert.equal(journal.counts().waiting, 5);
    journal.shipped(5);
    const spilled = journal.spilled();
    assert.ok(spilled !== undefined);
    const late = await call(journal);
    let found = 0;
    await replay(spilled.paths, async (records) => {
      found += records.length;
    });
    assert.equal(found, 12);
    spilled.shipped();
    assert.equal(journal.spilled(), undefined);
    journal.tend();
    assert.deepEqual((await readBack(journal)).ended, [late.id]);
  });
});

describe("the journal on a full disk", () => {
  /** A disk that takes half of what it is given, and then nothing, as long as it is full. */
  function disk() {
    const state = { isFull: false, refused: 0 };
    const writeBytes: JournalOptions["writeBytes"] = (file, bytes, offset) => {
      if (!state.isFull) return writeSync(file, bytes, offset);
      if (offset === 0) return writeSync(file, bytes.subarray(0, bytes.length >> 1), 0);
      state.refused += 1;
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    };
    return { state, writeBytes };
  }

  it("OC17: refuses calls, leaves no trace of them, and takes them again later", async () => {
    const { state, writeBytes } = disk();
    const logs = collectLogs();
    const journal = open({ writeBytes, logger: logs.logger });
    const first = await call(journal);
    state.isFull = true;
    const refused = begunCall();
    await assert.rejects(journal.begin(refused), { name: "JournalRefusal", reason: "unwritable" });
    await assert.rejects(journal.begin(refused), { name: "JournalRefusal", reason: "unwritable" });
    assert.deepEqual(await readBack(journal), { ended: [first.id], open: [], damaged: 0 });
    assert.equal(logs.lines().length, 1);
    state.isFull = false;
    await untilTaken(journal);
    await call(journal);
  });

  it("OC17: keeps the end of a call in memory, and writes it when there is room", async () => {
    const { state, writeBytes } = disk();
    const journal = open({ writeBytes });
    const begun = begunCall();
    await journal.begin(begun);
    state.isFull = true;
    const ended = journal.end(endOf(begun));
    await setImmediate();
    await setImmediate();
    assert.deepEqual(journal.peek(1), [{ begun, ended: endOf(begun) }], "the shipper has it already");
    assert.equal((await readBack(journal)).open.length, 1);
    state.isFull = false;
    await ended;
    assert.deepEqual((await readBack(journal)).ended, [begun.id]);
  });

  it("OC17: writes what a new file took nothing of as if it had never been tried", async () => {
    const { state, writeBytes } = disk();
    const journal = open({ writeBytes });
    const begun = begunCall();
    await journal.begin(begun);
    state.isFull = true;
    const ended = journal.end(endOf(begun));
    await until(() => state.refused >= 2);
    state.isFull = false;
    await ended;
    assert.deepEqual(await readBack(journal), { ended: [begun.id], open: [], damaged: 0 });
  });

  it("OC17: releases the end of a call when the database has it, though the disk never takes it", async () => {
    const { state, writeBytes } = disk();
    const journal = open({ writeBytes });
    const begun = begunCall();
    await journal.begin(begun);
    state.isFull = true;
    const ended = journal.end(endOf(begun));
    await setImmediate();
    await setImmediate();
    journal.shipped(journal.peek(10).length);
    await ended;
    assert.equal(journal.counts().waiting, 0);
    await journal.close();
    assert.equal(existsSync(journal.folder), false);
  });

  it("OC17: holds where the system itself refuses to write, within a line", async () => {
    const child = fileURLToPath(new URL("./test-full-disk.ts", import.meta.url));
    const root = temporaryFolder("reef-journal");
    // The system stops every file of this process at two kibibytes.
    const command = 'ulimit -f 2 && exec "$0" --disable-warning=ExperimentalWarning "$1" "$2"';
    const { stdout } = await promisify(execFile)("bash", ["-c", command, process.execPath, child, root]);
    const { acknowledged, refused, folder } = JSON.parse(stdout);
    assert.ok(refused > 0, "the bound was met");
    assert.ok(acknowledged.length > 0);
    const found: string[] = [];
    const { open: begun, damaged } = await replay(await listSegmentPaths(join(root, folder)), async (records) => {
      found.push(...records.map((record) => record.begun.id));
    });
    assert.deepEqual(found.sort(), acknowledged.sort());
    assert.deepEqual([begun, damaged], [[], 0]);
  });
});

async function untilTaken(journal: LocalJournal): Promise<void> {
  const taken = await until(() => {
    const begun = begunCall();
    return journal.begin(begun).then(
      () => begun,
      () => undefined,
    );
  });
  await journal.end(endOf(taken));
  journal.shipped(journal.counts().waiting);
}

const untilGone = (path: string) => until(() => !existsSync(path));

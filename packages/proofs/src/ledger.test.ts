import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toBase64 } from "./base64.ts";
import { parseSeed, signWithSeed } from "./keys.ts";
import {
  canonicalJson,
  checkpointSigningBytes,
  hashLedgerRecord,
  type LedgerRecord,
  ledgerCheckpointLine,
  ledgerRecordLine,
  parseLedgerLine,
} from "./ledger.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";
import { type LedgerVerdict, verifyLedger } from "./verify-ledger.ts";

const RECORDS = 9;
/** Names that break what escapes, splits or normalizes text: every one must come out as it went in. */
const names = [
  "ada",
  "🪸👩‍🚀",
  "a\u2028b\u2029c",
  "\u0001\u001f\u007f\u0085",
  "e\u0301 is not \u00e9",
  '"}\\,{"',
  "\ufffd",
  "</script>",
  "9".repeat(40),
];

/** Of three records one is a person's. */
const actorOf = (position: number, name: string): LedgerRecord["actor"] =>
  position % 3 === 0
    ? { personId: "usr_01m7y6d3pvfk4vqmtqye1mzf9m", name }
    : { agentId: "agt_01m7y6d3pvfk4vqmtqye1mzf9m", name, fingerprint: KEY_1.fingerprint };

/** A record of an organization that follows another; `changes` forges it. */
function recordAt(position: number, previous: string | null, changes: Partial<LedgerRecord> = {}): LedgerRecord {
  return {
    v: 1,
    organizationId: "org_01m7y6d3pyfk4vqmtxm7ycasrj",
    position,
    at: "2026-11-21T07:00:00.000Z",
    actor: actorOf(position, names[position % names.length] ?? ""),
    operation: "memory.createEntry",
    subject: { diaryId: "dia_01m7y6d3pvfk4vqmtqye1mzf9m" },
    fields: ["content", "tags"],
    requestId: `request-${position}`,
    previous,
    ...changes,
  };
}

async function lineOf(record: LedgerRecord): Promise<{ line: string; hash: string }> {
  const canonical = canonicalJson(record);
  const hash = await hashLedgerRecord(canonical);
  return { line: ledgerRecordLine(canonical, hash), hash };
}

async function checkpointAt(position: number, hash: string, key = KEY_1): Promise<string> {
  const { organizationId, at, v } = recordAt(position, null);
  const canonical = canonicalJson({ v, organizationId, position, hash, at, publicKey: key.publicKey });
  const seed = parseSeed(key.seed) ?? new Uint8Array();
  return ledgerCheckpointLine(canonical, toBase64(await signWithSeed(seed, checkpointSigningBytes(canonical))));
}

/** The lines of records from `first` on, behind `previous`, with checkpoints behind the named positions. */
async function chain(
  checkpoints: readonly number[],
  { first = 1, previous = null as string | null, key = KEY_1 } = {},
) {
  const lines: string[] = [];
  let last = previous;
  for (let position = first; position <= RECORDS; position += 1) {
    const { line, hash } = await lineOf(recordAt(position, last));
    lines.push(line);
    if (checkpoints.includes(position)) lines.push(await checkpointAt(position, hash, key));
    last = hash;
  }
  return lines;
}

const genuine = await chain([4, RECORDS]);
/** Where a record stands among {@link genuine}: one checkpoint is behind record 4. */
const indexOf = (position: number) => (position <= 4 ? position - 1 : position);
const verify = (lines: readonly string[], publicKey?: string) => verifyLedger(lines, { publicKey });

const faultsOf = ({ faults }: LedgerVerdict) =>
  faults.map(({ kind, position, line }) => `${kind} ${position} @${line}`);

describe("an audit ledger", () => {
  it("that nobody touched is proved to its end, whatever its texts hold", async () => {
    const verdict = await verify(genuine, KEY_1.publicKey);
    assert.deepEqual(verdict.faults, []);
    assert.equal(verdict.ok, true);
    assert.equal(verdict.records, RECORDS);
    assert.equal(verdict.head?.position, RECORDS);
    assert.equal(verdict.uncovered, 0);
    assert.deepEqual(verdict.publicKeys, [KEY_1.publicKey]);
    assert.equal((await verify([])).ok, true);
  });

  it("shows every change of a single character, and names the line", async () => {
    for (const [index, text] of genuine.entries()) {
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at) ^ 1;
        const altered = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const verdict = await verify(genuine.with(index, altered));
        const where = `character ${at} of line ${index + 1}`;
        assert.equal(verdict.ok, false, where);
        assert.equal(verdict.faults[0]?.line, index + 1, `${where}: ${faultsOf(verdict)}`);
      }
    }
  });

  it("shows another spelling of the same value: an escape, a space, a second field", async () => {
    const [first = ""] = genuine;
    const spellings = [
      first.replace("ledger", "l\\u0065dger").replace("memory", "m\\u0065mory"),
      first.replace('"v":1', '"v":1.0'),
      first.replace(",", ", "),
      first.replace('"record":{', '"record":{"actor":{},'),
      `${first.slice(0, -1)},"signature":""}`,
      `${first}\r`,
      `\ufeff${first}`,
    ];
    for (const spelling of spellings) {
      assert.notEqual(spelling, first);
      assert.equal((await verify(genuine.with(0, spelling))).faults[0]?.line, 1, spelling);
    }
  });

  it("holds what an agent did, or a person, and nothing by anybody else", async () => {
    const actors = [
      { agentId: "agt_01m7y6d3pvfk4vqmtqye1mzf9m", name: "ada" },
      { personId: "usr_01m7y6d3pvfk4vqmtqye1mzf9m" },
      { personId: 7, name: "mia" },
      { name: "nobody" },
      "mia",
      null,
    ];
    for (const actor of actors) {
      const { line } = await lineOf(recordAt(1, null, { actor: actor as unknown as LedgerRecord["actor"] }));
      assert.equal(parseLedgerLine(line), undefined, line);
    }
    const people = genuine.map((line) => parseLedgerLine(line)).filter((parsed) => parsed?.kind === "record");
    assert.equal(people.filter(({ record }) => "personId" in record.actor).length, RECORDS / 3);
    // Whose deed it was cannot be exchanged either.
    const { record } = JSON.parse(genuine[indexOf(6)] ?? "");
    const blamed = await lineOf({ ...record, actor: actorOf(1, record.actor.name) });
    assert.deepEqual(faultsOf(await verify(genuine.with(indexOf(6), blamed.line))), ["altered 6 @7"]);
  });

  it("names the record that was removed", async () => {
    for (let position = 1; position <= RECORDS; position += 1) {
      const verdict = await verify(genuine.toSpliced(indexOf(position), 1));
      assert.equal(verdict.ok, false);
      assert.deepEqual(
        verdict.faults.map((fault) => [fault.kind, fault.position]),
        [["removed", position]],
      );
    }
    const several = await verify(genuine.toSpliced(indexOf(6), 3));
    assert.deepEqual(faultsOf(several), ["removed 6 @7"]);
    assert.match(several.faults[0]?.text ?? "", /Records 6 to 8 are missing/);
  });

  it("names the record that was moved, however far", async () => {
    for (let from = 1; from <= RECORDS; from += 1) {
      for (let to = 1; to <= RECORDS; to += 1) {
        if (from === to) continue;
        const [line = ""] = genuine.slice(indexOf(from), indexOf(from) + 1);
        const without = genuine.toSpliced(indexOf(from), 1);
        const verdict = await verify(without.toSpliced(indexOf(to), 0, line));
        assert.equal(verdict.ok, false);
        assert.ok(verdict.faults.length > 0);
        const named = verdict.faults.map((fault) => fault.position);
        // Of two neighbours that changed places, either was moved.
        assert.ok(named.includes(from) || (Math.abs(from - to) === 1 && named.includes(to)), `${from} to ${to}`);
        for (const { kind } of verdict.faults) assert.match(kind, /reordered|checkpoint/);
      }
    }
  });

  it("names the line that was put in", async () => {
    const copied = await verify(genuine.toSpliced(indexOf(8), 0, genuine[indexOf(6)] ?? ""));
    assert.deepEqual(faultsOf(copied), ["inserted 6 @9"]);
    const twice = await verify(genuine.toSpliced(indexOf(6), 0, genuine[indexOf(6)] ?? ""));
    assert.deepEqual(faultsOf(twice), ["inserted 6 @8"]);
    const { previous } = JSON.parse(genuine[indexOf(6)] ?? "").record;
    const forged = await lineOf(recordAt(6, previous, { operation: "memory.deleteDiary" }));
    for (const [index, line] of [
      [indexOf(6), 7],
      [indexOf(7), 8],
    ] as const) {
      const verdict = await verify(genuine.toSpliced(index, 0, forged.line));
      assert.deepEqual(faultsOf(verdict), [`inserted 6 @${line}`]);
    }
    const foreign = await lineOf(recordAt(6, previous, { organizationId: "org_01m7y6d3pyfk4vqmtxm7ycasrk" }));
    assert.deepEqual(faultsOf(await verify(genuine.toSpliced(indexOf(6), 0, foreign.line))), ["inserted 6 @7"]);
  });

  it("shows a record that was altered with its hash, and one with all hashes behind it", async () => {
    const { previous } = JSON.parse(genuine[indexOf(6)] ?? "").record;
    const forged = await lineOf(recordAt(6, previous, { requestId: "another" }));
    const alone = await verify(genuine.with(indexOf(6), forged.line));
    assert.deepEqual(faultsOf(alone), ["altered 6 @7"]);
    const behind = await chain([], { first: 7, previous: forged.hash });
    const rewritten = [...genuine.slice(0, indexOf(6)), forged.line, ...behind, genuine.at(-1) ?? ""];
    const verdict = await verify(rewritten);
    assert.deepEqual(faultsOf(verdict), ["altered 5 @11"]);
    assert.match(verdict.faults[0]?.text ?? "", /One of the records 5 to 9/);
    // Without the reef's key the forger cannot sign the new end, but with a key of his own he can.
    const resigned = [
      ...genuine.slice(0, indexOf(6)),
      forged.line,
      ...(await chain([9], { first: 7, previous: forged.hash, key: KEY_2 })),
    ];
    assert.deepEqual(faultsOf(await verify(resigned, KEY_1.publicKey)), ["key 9 @11"]);
    assert.deepEqual((await verify(resigned)).publicKeys, [KEY_1.publicKey, KEY_2.publicKey]);
  });

  it("says how many records stand behind the last checkpoint, and does not call them proved", async () => {
    const verdict = await verify(genuine.slice(0, -1));
    assert.deepEqual(verdict.faults, []);
    assert.equal(verdict.uncovered, RECORDS - 4);
    assert.equal(verdict.ok, false);
    const never = await verify(await chain([]));
    assert.equal(never.uncovered, RECORDS);
  });

  it("shows checkpoints that were moved, repeated, or signed by another key", async () => {
    const [checkpoint = ""] = genuine.slice(4, 5);
    const without = genuine.toSpliced(4, 1);
    assert.deepEqual(faultsOf(await verify(without.toSpliced(6, 0, checkpoint))), ["checkpoint 4 @7"]);
    assert.deepEqual(faultsOf(await verify(genuine.toSpliced(4, 0, checkpoint))), ["checkpoint 4 @6"]);
    assert.deepEqual(faultsOf(await verify(genuine, KEY_2.publicKey)), ["key 4 @5", "key 9 @11"]);
  });

  it("bears a file that is nothing of the kind, and keeps a bounded list of its faults", async () => {
    const verdict = await verify(Array.from({ length: 5_000 }, (_, index) => `{"line":${index}}`));
    assert.equal(verdict.ok, false);
    assert.equal(verdict.faultCount, 5_000);
    assert.equal(verdict.faults.length, 100);
    const scattered = await lineOf(recordAt(Number.MAX_SAFE_INTEGER, "0".repeat(64)));
    assert.equal((await verify([scattered.line])).ok, false);
  });
});

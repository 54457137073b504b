import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ArchivedEntry,
  ArchiveError,
  type ArchiveHeader,
  type ArchiveRecord,
  checkArchive,
  createArchiveWriter,
  openArchivedKey,
  readArchive,
  sealKeyForArchive,
  WrongPassphraseError,
} from "./archive.ts";
import { toBase64 } from "./base64.ts";
import { entryCid } from "./cid.ts";
import { parseSeed, signWithSeed } from "./keys.ts";
import { frameSigningBytes } from "./signing-frame.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";

const seedOf = ({ seed }: { seed: string }) => parseSeed(seed) ?? new Uint8Array();
const TIME = "2026-11-20T10:00:00.000Z";

const header: ArchiveHeader = {
  kind: "header",
  format: "reef-archive",
  version: 1,
  nonce: "n",
  createdAt: TIME,
  reef: "http://localhost:4200",
  agent: { id: "agt_1", name: "ada", publicKey: KEY_1.publicKey, fingerprint: KEY_1.fingerprint },
};

const diary = (id: string, chain: { length: number; head: string | null } | null): ArchiveRecord => ({
  kind: "diary",
  diary: { id, name: "notes", visibility: "private", signed: chain !== null, chain, createdAt: TIME, updatedAt: TIME },
});

const plain = (id: string, diaryId: string, content: string): ArchivedEntry => ({
  id,
  diaryId,
  author: { agentId: "agt_1", name: "ada", fingerprint: KEY_1.fingerprint },
  title: null,
  content,
  tags: ["b", "a"],
  type: "semantic",
  importance: 5,
  session: null,
  supersededBy: null,
  happenedAt: TIME,
  createdAt: TIME,
  updatedAt: TIME,
  contentHash: null,
  signature: null,
});

async function signed(
  entry: ArchivedEntry,
  previous?: string | null,
): Promise<ArchivedEntry & { contentHash: string }> {
  const contentHash = await entryCid({ ...entry, previous });
  const frame = await frameSigningBytes("reef:v1", contentHash, "nonce");
  const value = toBase64(await signWithSeed(seedOf(KEY_1), frame));
  return {
    ...entry,
    contentHash,
    signature: { value, nonce: "nonce", publicKey: KEY_1.publicKey, previousHash: previous ?? null },
  };
}

async function write(records: readonly ArchiveRecord[], { key = KEY_1, first = header } = {}): Promise<string[]> {
  const { firstLine, writer } = await createArchiveWriter(first, (bytes) => signWithSeed(seedOf(key), bytes));
  const lines = [firstLine];
  for (const record of records) lines.push(await writer.lineOf(record as Exclude<ArchiveRecord, ArchiveHeader>));
  return [...lines, await writer.finish()];
}

/** The text in pieces that cut lines anywhere. */
async function* piecesOf(text: string, size = 100): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const check = (lines: readonly string[]) => checkArchive(piecesOf(lines.join("")));
const entryRecord = (entry: ArchivedEntry): ArchiveRecord => ({ kind: "entry", entry });

async function sample(): Promise<ArchiveRecord[]> {
  const first = await signed(plain("ent_c1", "dia_2", "first"), null);
  const second = await signed(plain("ent_c2", "dia_2", "second 🪸\r\n"), first.contentHash);
  return [
    diary("dia_1", null),
    entryRecord(plain("ent_1", "dia_1", "plain")),
    entryRecord(await signed(plain("ent_2", "dia_1", "signed"))),
    diary("dia_2", { length: 2, head: second.contentHash }),
    entryRecord(first),
    entryRecord(second),
    { kind: "relation", relation: { fromEntryId: "ent_2", kind: "supersedes", toEntryId: "ent_1" } },
    { kind: "share", share: { diaryId: "dia_1", role: "reader" } },
  ] as ArchiveRecord[];
}

describe("an archive", () => {
  it("is read as it was written, and says what it holds", async () => {
    const records = await sample();
    const lines = await write(records);
    const read: ArchiveRecord[] = [];
    for await (const { record } of readArchive(piecesOf(lines.join("")))) read.push(record);
    assert.deepEqual(read, [header, ...records]);
    const { key, header: found, ...counts } = await check(lines);
    assert.deepEqual([found, key], [header, undefined]);
    assert.deepEqual(counts, { diaries: 2, entries: 4, signedEntries: 3, relations: 1, shares: 1 });
  });

  it("names the line that was altered, removed, moved or put in, whichever it is", async () => {
    const lines = await write(await sample());
    const faults = /Line \d+|does not stand|signed|missing|altered|no archive/;
    for (const index of lines.keys()) {
      const altered = lines.with(
        index,
        (lines[index] ?? "").replace(/"(ada|notes|plain|signed|first|second|reader|supersedes)/, '"x$1'),
      );
      if (altered[index] !== lines[index]) {
        await assert.rejects(check(altered), (error) => error instanceof ArchiveError && faults.test(error.message));
      }
      await assert.rejects(check(lines.toSpliced(index, 1)), ArchiveError, `without line ${index + 1}`);
      await assert.rejects(
        check(lines.toSpliced(index, 0, lines[index] ?? "")),
        ArchiveError,
        `line ${index + 1} twice`,
      );
      if (index > 0) {
        const moved = lines.toSpliced(index, 1).toSpliced(index - 1, 0, lines[index] ?? "");
        await assert.rejects(check(moved), ArchiveError, `line ${index + 1} before ${index}`);
      }
      await assert.rejects(check(lines.slice(0, index)), ArchiveError, `cut off behind ${index}`);
    }
    const entry = lines.with(2, (lines[2] ?? "").replace("plain", "forged"));
    await assert.rejects(check(entry), { message: /^Line 3 \(entry ent_1\) was altered/ });
    await assert.rejects(check(lines.slice(0, -1)), { message: /cut off behind line 9/ });
    await assert.rejects(check(lines.toSpliced(-2, 1)), { message: /8 are there, 9 were signed/ });
  });

  it("is refused when another key signed it, or the key is not the fingerprint's", async () => {
    await assert.rejects(check(await write(await sample(), { key: KEY_2 })), { message: /not signed by 21FE-31DF/ });
    const first = { ...header, agent: { ...header.agent, publicKey: KEY_2.publicKey } };
    await assert.rejects(check(await write([], { key: KEY_2, first })), { message: /not the one of its fingerprint/ });
  });

  it("is refused when an entry in it is not what its author signed, though its owner signed the archive", async () => {
    const good = await signed(plain("ent_2", "dia_1", "signed"));
    const forgeries: [string, ArchivedEntry, RegExp][] = [
      ["content", { ...good, content: "forged" }, /ent_2 .* is not what its author signed/],
      ["tags", { ...good, tags: ["a"] }, /is not what its author signed/],
      [
        "author",
        { ...good, author: { ...good.author, fingerprint: KEY_2.fingerprint } },
        /another key than its author's/,
      ],
      ["half a signature", { ...good, contentHash: null }, /is not signed/],
    ];
    for (const [name, entry, message] of forgeries) {
      await assert.rejects(check(await write([diary("dia_1", null), entryRecord(entry)])), { message }, name);
    }
    const other = await signed(plain("ent_3", "dia_1", "other"));
    const swapped = { ...good, signature: other.signature };
    await assert.rejects(check(await write([diary("dia_1", null), entryRecord(swapped)])), { message: /did not make/ });
  });

  it("is refused when a chain in it is broken, cut off or holds what is not signed", async () => {
    const first = await signed(plain("ent_c1", "dia_2", "first"), null);
    const second = await signed(plain("ent_c2", "dia_2", "second"), first.contentHash);
    const chain = diary("dia_2", { length: 2, head: second.contentHash });
    const broken: [ArchivedEntry[], RegExp][] = [
      [[second], /ent_c2 does not follow/],
      [[second, first], /ent_c2 does not follow/],
      [[first], /does not lead to the head/],
      [[], /does not lead to the head/],
      [[first, plain("ent_c2", "dia_2", "second")], /is not signed/],
      [[first, await signed(plain("ent_c2", "dia_2", "other"), first.contentHash)], /does not lead to the head/],
    ];
    for (const [entries, message] of broken) {
      await assert.rejects(check(await write([chain, ...entries.map(entryRecord)])), { message });
    }
    const grown = await signed(plain("ent_c3", "dia_2", "third"), second.contentHash);
    assert.equal((await check(await write([chain, ...[first, second, grown].map(entryRecord)]))).entries, 3);
    await assert.rejects(check(await write([diary("dia_1", null), entryRecord(first)])), { message: /does not stand/ });
  });

  it("is no archive when it is something else", async () => {
    for (const text of ["", "\n", "{", "[]", "{}", '{"record":{"kind":"header"}}', "x".repeat(2_000_000)]) {
      await assert.rejects(checkArchive(piecesOf(text, 50_000)), ArchiveError, text.slice(0, 20));
    }
    const future = { ...header, version: 2 } as unknown as ArchiveHeader;
    await assert.rejects(check(await write([], { first: future })), { message: /version 2/ });
    const strange = { kind: "wish", wish: {} } as unknown as ArchiveRecord;
    await assert.rejects(check(await write([strange])), { message: /Line 2 holds something/ });
  });
});

describe("the key in an archive", () => {
  it("opens with its passphrase, however that is typed, and with no other", async () => {
    const key = await sealKeyForArchive(seedOf(KEY_1), "café on the reef");
    assert.ok(!JSON.stringify(key).includes(KEY_1.seed));
    assert.deepEqual(await openArchivedKey(key, KEY_1.publicKey, "cafe\u0301 on the reef"), seedOf(KEY_1));
    await assert.rejects(openArchivedKey(key, KEY_1.publicKey, "cafe on the reef"), WrongPassphraseError);
    await assert.rejects(openArchivedKey(key, KEY_2.publicKey, "café on the reef"), WrongPassphraseError);
  });

  it("is refused when it would have us work harder than we do, or less", async () => {
    const key = await sealKeyForArchive(seedOf(KEY_1), "café on the reef");
    for (const n of [2 ** 10, 2 ** 30]) {
      const changed = { ...key, kdf: { ...key.kdf, n } };
      await assert.rejects(openArchivedKey(changed, KEY_1.publicKey, "café on the reef"), WrongPassphraseError);
    }
    await assert.rejects(sealKeyForArchive(seedOf(KEY_1), "too short"), TypeError);
  });
});

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { openDatabase } from "@reef/db";
import { createReef, generateKey, type Reef, register } from "@reef/sdk";
import { sql } from "kysely";
import { startReefWithAgent } from "../support/agents.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

describe("bad input gets a clear problem, and nothing is lost", () => {
  let reefProcess: ReefProcess;
  let reef: Reef;
  let token: string;
  let diaryId: `dia_${string}`;

  before(async () => {
    ({ process: reefProcess, reef } = await startReefWithAgent());
    const { credentials } = await joinSecond("grace");
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
    const answer = await fetch(`${reefProcess.url}/oauth2/token`, { method: "POST", body: form });
    token = ((await answer.json()) as { access_token: string }).access_token;
    diaryId = (await reef.memory.createDiary({ name: "kept" })).id;
    await reef.memory.createEntry({ diaryId, content: "this must stay" });
  });
  after(async () => {
    const { items } = await reef.memory.listEntries({ diaryId });
    assert.deepEqual(
      items.map(({ content }) => content),
      ["this must stay"],
    );
    await reefProcess.stop();
  });

  const joinSecond = async (name: string) => {
    const { code } = await reef.identity.issueVoucher();
    return register({ url: reefProcess.url, name, voucher: code });
  };

  const post = async (
    path: string,
    body: string,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ) => {
    const response = await fetch(`${reefProcess.url}${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    return { status: response.status, problem: (await response.json()) as { code: string; detail: string } };
  };

  it("invalid JSON", async () => {
    const { status, problem } = await post("/api/diaries", '{"name": notes}');
    assert.deepEqual([status, problem.code], [400, "http.invalid_json"]);
  });

  it("a body of 2 MB", async () => {
    const { status, problem } = await post("/api/diaries", JSON.stringify({ name: "x".repeat(2_000_000) }));
    assert.deepEqual([status, problem.code], [413, "http.payload_too_large"]);
  });

  it("more than 64 KiB where no text is taken, and JSON that nests too deep or holds too much, also from nobody", async () => {
    const keys = Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`k${index}`, 1]));
    for (const path of ["/api/search", "/api/agents", "/api/agents/challenges", "/api/recovery"]) {
      const { status, problem } = await post(path, JSON.stringify(keys), {});
      assert.deepEqual([status, problem.code], [413, "http.payload_too_large"], path);
    }
    const deep = `{"query":${"[".repeat(20_000)}"\\u0000"${"]".repeat(20_000)}}`;
    const { status, problem } = await post("/api/search", deep, {});
    assert.deepEqual([status, problem.code], [400, "http.invalid_json"]);
    assert.match(problem.detail, /64 levels/);
    const many = await post(
      "/api/signatures/verify",
      JSON.stringify(Object.fromEntries(Object.entries(keys).slice(40_000))),
      {},
    );
    assert.deepEqual([many.status, many.problem.code], [400, "http.invalid_json"]);
    assert.match(many.problem.detail, /10000 values/);
  });

  it("the longest texts are not refused, also where JSON escapes each of their characters", async () => {
    const escaped = "\\u0041".repeat(100_000);
    const { id } = await reef.memory.createDiary({ name: "long" });
    // The diary is another agent's: that it is said to be unknown means that the text was read before.
    const entry = await post(`/api/diaries/${id}/entries`, `{"content":"${escaped}"}`);
    assert.deepEqual([entry.status, entry.problem.code], [404, "memory.not_found"]);
    assert.equal((await post("/api/signing-requests", `{"message":"${escaped}"}`)).status, 201);
    const check = { signature: "x".repeat(88), nonce: "n".repeat(256), fingerprint: "0000-0000-0000-0000" };
    const verified = await post(
      "/api/signatures/verify",
      `${JSON.stringify(check).slice(0, -1)},"message":"${escaped}"}`,
    );
    assert.equal(verified.status, 200);
  });

  it("an unknown diary, and an id of another kind", async () => {
    const unknown = await post("/api/diaries/dia_01h455vb4pex5vsknk084sn02q/entries", '{"content":"x"}');
    assert.deepEqual([unknown.status, unknown.problem.code], [404, "memory.not_found"]);
    const wrong = await post("/api/diaries/ent_01h455vb4pex5vsknk084sn02q/entries", '{"content":"x"}');
    assert.deepEqual([wrong.status, wrong.problem.code], [404, "http.not_found"]);
  });

  it("a signature by another key than the one that registers; the voucher stays good", async () => {
    const { code } = await reef.identity.issueVoucher();
    const { publicKey } = await generateKey();
    const { nonce, signingInput } = await reef.identity.createChallenge({ publicKey });
    const stranger = generateKeyPairSync("ed25519").privateKey;
    const signature = sign(null, Buffer.from(signingInput, "base64"), stranger).toString("base64");
    await assert.rejects(reef.identity.registerAgent({ name: "eve", publicKey, voucher: code, nonce, signature }), {
      code: "identity.invalid_proof",
      status: 400,
    });
    assert.equal((await register({ url: reefProcess.url, name: "eve", voucher: code })).agent.name, "eve");
  });

  it("a login with another agent's key", async () => {
    const { credentials } = await joinSecond("mallory");
    const { privateKey } = await generateKey();
    const stranger = createReef({ url: reefProcess.url, credentials: { clientId: credentials.clientId, privateKey } });
    await assert.rejects(stranger.identity.whoami(), { code: "invalid_client", status: 401 });
  });

  it("a spent voucher and an unknown one are refused alike", async () => {
    const { code } = await reef.identity.issueVoucher();
    await register({ url: reefProcess.url, name: "first", voucher: code });
    for (const voucher of [code, "0".repeat(64)]) {
      await assert.rejects(register({ url: reefProcess.url, name: "late", voucher }), {
        code: "identity.registration_failed",
        status: 403,
      });
    }
  });
});

describe("an expired voucher", () => {
  it("is refused, and the agent that gave it can give another", async () => {
    const { process: first, reef } = await startReefWithAgent();
    const { code, id } = await reef.identity.issueVoucher();
    await first.stop();
    const database = await openDatabase({ folder: first.dataFolder });
    const past = sql`update identity.vouchers set expires_at = now() - interval '1 minute' where redeemed_at is null`;
    assert.equal((await past.execute(database.kysely)).numAffectedRows, 1n);
    await database.close();

    // The same port, so that the agent's client finds its reef again.
    const again = await startReefProcess({ dataFolder: first.dataFolder, port: Number(new URL(first.url).port) });
    await assert.rejects(register({ url: again.url, name: "late", voucher: code }), {
      code: "identity.registration_failed",
      status: 403,
    });
    const { items } = await reef.identity.listVouchers();
    assert.ok(!items.some((voucher) => voucher.id === id));
    const { code: fresh } = await reef.identity.issueVoucher();
    assert.equal((await register({ url: again.url, name: "late", voucher: fresh })).agent.name, "late");
    await again.stop();
  });
});

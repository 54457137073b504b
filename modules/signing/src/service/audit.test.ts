import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, it } from "node:test";
import { type Id, newId } from "@reef/crypto";
import { transact } from "@reef/db";
import { verifyLedger } from "@reef/proofs";
import { describeEachDatabase, until } from "@reef/testing";
import {
  askToSign,
  found,
  joinBy,
  type RunningReef,
  request,
  signIn,
  startReef,
  submit,
  type TestAgent,
  testMigrations,
} from "../test/signing-under-test.ts";

describeEachDatabase("reading the audit ledger", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let founder: TestAgent;
  let member: TestAgent;

  before(async () => {
    reef = await startReef(database());
    founder = await found(reef, database(), "Founder");
    member = await joinBy(reef, founder, "Member");
  });
  after(() => reef.stop());

  const list = (query = "", agent: Pick<TestAgent, "token"> = founder) =>
    request(reef, "GET", `/api/audit?${query}`, { token: agent.token });
  const total = async (query = "") => (await list(query)).body.total as number;

  /** Everything that an export gives, page by page. */
  async function exported(agent: Pick<TestAgent, "token"> = founder, limit = 3): Promise<string[]> {
    const lines: string[] = [];
    let cursor = "";
    do {
      const { status, body } = await request(reef, "GET", `/api/audit/export?limit=${limit}${cursor}`, {
        token: agent.token,
      });
      assert.equal(status, 200, JSON.stringify(body));
      lines.push(...body.items);
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
      if (cursor === "") assert.equal(body.total, lines.length);
    } while (cursor !== "");
    return lines;
  }

  it("every change is there once, with who made it, to what, and which fields; never with what they held", async () => {
    const { id, signingInput } = await askToSign(reef, member, "a message that is nobody's business");
    const signature = member.key.sign(signingInput);
    const answered = { token: member.token, body: { signature }, headers: { "X-Request-Id": `audit-${id}` } };
    await request(reef, "POST", `/api/signing-requests/${id}/sign`, answered);
    await request(reef, "GET", `/api/signing-requests/${id}`, { token: member.token });
    await request(reef, "POST", "/api/signatures/verify", { body: { signature } });
    await until(async () => (await total()) === 5);
    const { body } = await list("order=oldest");
    const actors = { [founder.id]: "founder", [member.id]: "member" };
    assert.deepEqual(
      body.items.map(({ record }: { record: { actor: { agentId: string }; operation: string } }) => [
        actors[record.actor.agentId],
        record.operation,
      ]),
      [
        ["founder", "identity.registerAgent"],
        ["founder", "identity.issueVoucher"],
        ["member", "identity.registerAgent"],
        ["member", "signing.createSigningRequest"],
        ["member", "signing.submitSignature"],
      ],
    );
    assert.deepEqual({ ...body.items[2].record.subject }, { id: member.id });
    const { record } = body.items[4];
    assert.deepEqual(
      { ...record, at: "", previous: "" },
      {
        v: 1,
        organizationId: founder.organizationId,
        position: 5,
        at: "",
        actor: { agentId: member.id, name: "Member", fingerprint: member.fingerprint },
        operation: "signing.submitSignature",
        subject: { signingRequestId: id, id },
        fields: ["signature"],
        requestId: `audit-${id}`,
        previous: "",
      },
    );
    assert.equal(record.previous, body.items[3].hash);
    assert.deepEqual(JSON.parse(body.items[4].canonical), record);
    const everything = JSON.stringify(body) + (await exported()).join("");
    for (const secret of ["nobody's business", signature, founder.clientSecret])
      assert.ok(!everything.includes(secret));
  });

  it("what failed and what was repeated under its key leaves no further record", async () => {
    const recorded = await total();
    const { token } = member;
    const key = { "Idempotency-Key": randomUUID() };
    for (let times = 0; times < 3; times += 1) {
      await request(reef, "POST", "/api/signing-requests", { token, body: { message: "once" }, headers: key });
    }
    await request(reef, "POST", "/api/signing-requests", { token, body: { message: "reef:never" } });
    await submit(reef, founder, "sgn_01m7y6d3pvfk4vqmtqye1mzf9m", "x");
    const last = await askToSign(reef, member, "last");
    await until(async () => (await list()).body.items[0].record.subject.id === last.id);
    assert.equal(await total(), recorded + 2);
  });

  it("is read by no agent but the founding one, and only by its own organization's", async () => {
    const stranger = await found(reef, database(), "Stranger");
    for (const path of ["/api/audit", "/api/audit/head", "/api/audit/export"]) {
      const refused = await request(reef, "GET", path, { token: member.token });
      assert.deepEqual([refused.status, refused.body.code], [403, "signing.forbidden"]);
      assert.equal((await request(reef, "GET", path)).status, 401);
    }
    await until(async () => (await list("", stranger)).body.total === 1);
    const { body } = await list("", stranger);
    assert.equal(body.items[0].record.organizationId, stranger.organizationId);
    assert.ok(!(await exported(stranger)).some((line) => line.includes(founder.organizationId)));
  });

  it("people read it from the role of an admin on, all of it and only their own organization's", async () => {
    const stranger = await found(reef, database(), "Foreign");
    const [mia, noa, ida] = [signIn(founder, "member"), signIn(founder, "admin"), signIn(founder, "owner")];
    for (const path of ["/api/audit", "/api/audit/head", "/api/audit/export"]) {
      const refused = await request(reef, "GET", path, { token: mia.token });
      assert.deepEqual([refused.status, refused.body.code], [403, "http.role_needed"]);
    }
    for (const person of [noa, ida]) {
      assert.deepEqual(await exported(person, 500), await exported(founder, 500));
      assert.deepEqual((await list("limit=100", person)).body, (await list("limit=100")).body);
    }
    const eve = signIn(stranger, "owner");
    await until(async () => (await list("", eve)).body.total === 1);
    assert.ok(!(await exported(eve)).some((line) => line.includes(founder.organizationId)));
  });

  it("what a person did is there by name and id, can be asked for by the id, and is proved like the rest", async () => {
    const noa = signIn(founder, "admin", "Noa");
    await transact(database().kysely, (transaction) =>
      reef.signing.api.recorder.record(transaction, {
        actor: { personId: noa.id, organizationId: founder.organizationId as Id<"org">, name: noa.name },
        operation: "identity.disableAgent",
        subject: { id: member.id },
        fields: [],
        requestId: "by-a-person",
      }),
    );
    await until(async () => (await total(`actor=${noa.id}`)) === 1);
    const { record } = (await list(`actor=${noa.id}`)).body.items[0];
    assert.deepEqual({ ...record.actor }, { personId: noa.id, name: "Noa" });
    assert.equal(await total(`actor=${newId("usr")}`), 0);
    const verdict = await verifyLedger(await exported(noa, 500), { publicKey: reef.signing.api.auditPublicKey });
    assert.deepEqual([verdict.faults, verdict.ok], [[], true]);
  });

  it("is narrowed by actor, operation and time, in both orders, page by page", async () => {
    const all = (await list("limit=100&order=oldest")).body.items;
    const recordsOf = async (query: string) => {
      const found: number[] = [];
      let cursor = "";
      do {
        const { body } = await list(`limit=2&${query}${cursor}`);
        found.push(...body.items.map((item: { record: { position: number } }) => item.record.position));
        assert.equal(body.total, await total(query));
        cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
      } while (cursor !== "");
      return found;
    };
    type Item = { record: { position: number; operation: string; at: string; actor: { agentId: string } } };
    const positions = (fits: (item: Item) => boolean) => all.filter(fits).map((item: Item) => item.record.position);
    assert.deepEqual(
      await recordsOf("order=oldest"),
      positions(() => true),
    );
    assert.deepEqual(await recordsOf("order=newest"), positions(() => true).reverse());
    assert.deepEqual(
      await recordsOf(`order=oldest&actor=${member.fingerprint.toLowerCase()}`),
      positions(({ record }) => record.actor.agentId === member.id),
    );
    assert.deepEqual(
      await recordsOf("order=oldest&operation=signing.createSigningRequest"),
      positions(({ record }) => record.operation === "signing.createSigningRequest"),
    );
    const { at } = all[3].record;
    assert.deepEqual(
      await recordsOf(`order=oldest&after=${at}`),
      positions(({ record }) => record.at >= at),
    );
    assert.deepEqual(
      await recordsOf(`order=oldest&before=${at}`),
      positions(({ record }) => record.at < at),
    );
    assert.deepEqual(await recordsOf("actor=0000-0000-0000-0000"), []);
    const { body } = await list("limit=1&order=oldest");
    assert.equal((await list(`order=newest&cursor=${body.nextCursor}`)).body.code, "list.invalid_cursor");
  });

  it("an export is one state of the ledger although it grows meanwhile, and is proved to its last record", async () => {
    const { auditPublicKey } = reef.signing.api;
    const head = (await request(reef, "GET", "/api/audit/head", { token: founder.token })).body;
    const first = (await request(reef, "GET", "/api/audit/export?limit=2", { token: founder.token })).body;
    const later = await askToSign(reef, member, "while it was exported");
    await until(async () => (await list()).body.items[0].record.subject.id === later.id);
    await request(reef, "GET", "/api/audit/head", { token: founder.token });
    const rest = `/api/audit/export?limit=500&cursor=${first.nextCursor}`;
    const { items } = (await request(reef, "GET", rest, { token: founder.token })).body;
    const lines = [...first.items, ...items];
    assert.equal(lines.length, first.total);
    const verdict = await verifyLedger(lines, { publicKey: auditPublicKey });
    assert.deepEqual([verdict.faults, verdict.ok], [[], true]);
    assert.deepEqual(verdict.head, { position: head.position, hash: head.hash });
    assert.deepEqual(head.checkpoint.checkpoint.hash, head.hash);
    assert.equal(
      (await verifyLedger(await exported(), { publicKey: auditPublicKey })).head?.position,
      head.position + 1,
    );
    const tampered = lines.map((line) => line.replace('"name":"Member"', '"name":"Nobody"'));
    assert.equal((await verifyLedger(tampered)).faults[0]?.kind, "altered");
  });

  it("an organization whose ledger is still empty has a head at 0 and an empty export", async () => {
    const idle = await startReef(database(), { loops: false });
    // Its registration is recorded, but no process with loops has appended it yet: the other one is told to stop first.
    await reef.stop();
    const alone = await found(idle, database(), "Alone");
    const { token } = alone;
    assert.deepEqual((await request(idle, "GET", "/api/audit/head", { token })).body, {
      position: 0,
      hash: null,
      checkpoint: null,
    });
    assert.deepEqual((await request(idle, "GET", "/api/audit/export", { token })).body, {
      items: [],
      nextCursor: null,
      total: 0,
    });
    await idle.stop();
    reef = await startReef(database());
  });
});

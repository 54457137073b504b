import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ReefError } from "./errors.ts";
import { createReef } from "./reef.ts";
import { type Answer, problem, type SeenRequest, type StandIn, startStandIn } from "./stand-in.ts";

const DIARY = "dia_01h2xcejqtf2nbrexx3vqjhp41";

describe("a call", () => {
  let server: StandIn;
  afterEach(() => server.close());

  /** A client of a stand-in that gives these answers, one after another, and the last one from then on. */
  async function reefThatAnswers(...answers: (Answer | undefined)[]) {
    let count = 0;
    server = await startStandIn(() => answers[Math.min(count++, answers.length - 1)]);
    return createReef({ url: server.url, credentials: { token: "t" } });
  }

  it("puts each field where the operation wants it", async () => {
    const reef = await reefThatAnswers({ json: { items: [], nextCursor: null, total: 0 } });
    await reef.memory.listEntries({ diaryId: DIARY, tags: ["ops", "a b"], limit: 3 });
    await reef.memory.updateDiary({ diaryId: DIARY, name: "notes" }, { ifMatch: 4 });
    const [list, update] = server.seen as [SeenRequest, SeenRequest];
    assert.equal(list.path, `/api/diaries/${DIARY}/entries?limit=3&tags=ops%2Ca+b`);
    assert.equal(list.headers.authorization, "Bearer t");
    assert.deepEqual([update.method, update.body, update.headers["if-match"]], ["PATCH", '{"name":"notes"}', '"4"']);
  });

  it("walks through all pages of a list", async () => {
    const page = (id: string, nextCursor: string | null) => ({ json: { items: [{ id }], nextCursor, total: 2 } });
    const reef = await reefThatAnswers(page("a", "next"), page("b", null));
    const ids: string[] = [];
    for await (const diary of reef.memory.listDiaries.all({ limit: 1 })) ids.push(diary.id);
    assert.deepEqual(ids, ["a", "b"]);
    assert.equal(server.seen[1]?.path, "/api/diaries?limit=1&cursor=next");
  });

  it("tells a refusal with its code, fields and request id", async () => {
    const errors = [{ path: "body.name", message: "Too long" }];
    const reef = await reefThatAnswers(problem(400, "http.invalid_request", { errors }));
    await assert.rejects(reef.memory.createDiary({ name: "x" }), (error: unknown) => {
      assert.ok(error instanceof ReefError);
      const { code, status, requestId, detail } = error;
      assert.deepEqual([code, status, requestId, detail], ["http.invalid_request", 400, "req-1", "Do something else."]);
      assert.deepEqual(error.errors, errors);
      return true;
    });
    assert.equal(server.seen.length, 1);
  });

  it("tells a page that is no reef's from a refusal", async () => {
    const reef = await reefThatAnswers({ status: 404, text: "<html>" }, { text: "<html>" });
    await assert.rejects(reef.system.health(), { code: "http.404" });
    await assert.rejects(reef.system.health(), { code: "sdk.unreadable_answer" });
  });

  it("is sent again, under one idempotency key, when the answer was lost", async () => {
    const reef = await reefThatAnswers(undefined, problem(503, "http.unavailable"), {
      status: 201,
      json: { id: DIARY },
    });
    await reef.memory.createDiary({ name: "x" });
    const keys = server.seen.map((request) => request.headers["idempotency-key"]);
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
    assert.match(String(keys[0]), /^[0-9a-f-]{36}$/);
  });

  it("is sent three times at most", async () => {
    const reef = await reefThatAnswers(problem(503, "http.unavailable"));
    await assert.rejects(reef.memory.search({ query: "x" }), { code: "http.unavailable" });
    assert.equal(server.seen.length, 3);
  });

  it("is not sent again when a change may have been made already", async () => {
    const reef = await reefThatAnswers(undefined);
    await assert.rejects(reef.memory.updateDiary({ diaryId: DIARY, name: "x" }), { code: "network", status: 0 });
    await assert.rejects(reef.memory.deleteDiary({ diaryId: DIARY }), { code: "network" });
    assert.equal(server.seen.length, 2);
  });

  it("waits as long as a limit asks for, whatever it changes", async () => {
    const limited = { ...problem(429, "http.rate_limited"), headers: { "Retry-After": "0" } };
    const reef = await reefThatAnswers(limited, { status: 204 });
    await reef.memory.deleteDiary({ diaryId: DIARY });
    assert.equal(server.seen.length, 2);
  });

  it("leaves a long wait to the caller", async () => {
    const reef = await reefThatAnswers({ ...problem(429, "http.rate_limited"), headers: { "Retry-After": "59" } });
    await assert.rejects(reef.system.health(), { code: "http.rate_limited", retryAfterSeconds: 59 });
    assert.equal(server.seen.length, 1);
  });

  it("ends with the signal's reason, also in a pause", async () => {
    const reef = await reefThatAnswers({ ...problem(429, "http.rate_limited"), headers: { "Retry-After": "9" } });
    const reason = new Error("enough");
    const controller = new AbortController();
    const call = reef.system.health(undefined, { signal: controller.signal });
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    await assert.rejects(call, reason);
    await assert.rejects(reef.system.health(undefined, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(server.seen.length, 1);
  });

  it("gives up on a reef that does not answer in time", async () => {
    server = await startStandIn(() => new Promise(() => undefined));
    const reef = createReef({ url: server.url, timeoutSeconds: 0.05 });
    await assert.rejects(reef.system.health(), { code: "network" });
  });

  it("does not carry its token along a redirect", async () => {
    const reef = await reefThatAnswers({ status: 302, headers: { Location: "/elsewhere" } });
    await assert.rejects(reef.memory.deleteDiary({ diaryId: DIARY }), { code: "network" });
    assert.equal(server.to("/elsewhere").length, 0);
  });
});

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { openDatabase } from "./open-database.ts";
import { openGate } from "./test/open-gate.ts";

describeEachDatabase("listening", {}, ({ database, url, kind }) => {
  // The embedded database has one process, and so nobody else to hear from.
  if (kind !== "postgres") return;
  let gate: Awaited<ReturnType<typeof openGate>>;
  before(async () => {
    gate = await openGate(url() ?? "");
  });
  after(() => gate.close());

  it("a server that is away for long is asked by one connection at a time, and heard once when it is back", async () => {
    const handle = await openDatabase({ url: gate.url });
    const heard: string[] = [];
    const before = gate.attempts();
    const listener = await handle.listen("shells", (payload) => heard.push(payload));
    assert.deepEqual([heard, gate.attempts() - before], [[""], 1]);
    gate.cut(3);
    await until(() => heard.length > 1);
    await sql`select pg_notify('shells', 'back')`.execute(database().kysely);
    await until(() => heard.includes("back"));
    assert.deepEqual([heard, gate.attempts() - before], [["", "", "back"], 1 + 3 + 1]);
    await listener.close();
    await handle.close();
  });

  it("where listening fails at first, or ends while the server is away, nothing goes on trying", async () => {
    const handle = await openDatabase({ url: gate.url });
    gate.cut(1);
    await assert.rejects(handle.listen("shells", () => assert.fail("it listens to nothing")));
    const heard: string[] = [];
    const listener = await handle.listen("shells", (payload) => heard.push(payload));
    const before = gate.attempts();
    gate.cut(1);
    await until(() => gate.attempts() > before);
    await listener.close();
    const watch = await handle.listen("others", () => {});
    gate.cut(0);
    // The one that watches comes back after the same pause as the others would, had they gone on.
    await until(() => gate.attempts() > before + 2);
    await watch.close();
    assert.deepEqual([heard, gate.attempts() - before], [[""], 3]);
    await handle.close();
  });
});

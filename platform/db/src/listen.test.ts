import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { openDatabase } from "./open-database.ts";

/** A way to the server that can be cut, and refuses as many connections as it is told to. */
async function openGate(serverUrl: string) {
  const { hostname, port } = new URL(serverUrl);
  const open = new Set<Socket>();
  let attempts = 0;
  let refusals = 0;
  const gate = createServer((incoming) => {
    attempts += 1;
    incoming.on("error", () => {});
    if (refusals > 0) {
      refusals -= 1;
      incoming.destroy();
      return;
    }
    const outgoing = connect(Number(port) || 5432, hostname);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String((gate.address() as AddressInfo).port);
  return {
    url: url.href,
    attempts: () => attempts,
    /** Breaks what is open, and refuses the next `count` that come. */
    cut(count: number) {
      refusals = count;
      for (const socket of open) socket.destroy();
    },
    close() {
      gate.close();
      for (const socket of open) socket.destroy();
    },
  };
}

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

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Request } from "./test/worker.ts";
import { createThread } from "./thread.ts";

const open = (patienceMs: number) =>
  createThread<Request, number | Uint8Array>({
    file: new URL("./test/worker.ts", import.meta.url),
    purpose: "doubles numbers",
    patienceMs,
  });

describe("a thread", () => {
  const thread = open(30_000);
  after(() => thread.close());

  it("answers each request with its own answer, however many wait", async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((double) => thread.ask({ double })));
    assert.deepEqual(
      answers,
      numbers.map((double) => double * 2),
    );
  });

  it("fails a request whose answer goes wrong, and answers the next one", async () => {
    await assert.rejects(thread.ask({ fail: "out of numbers" }), /doubles numbers failed: Error: out of numbers/);
    assert.equal(await thread.ask({ double: 4 }), 8);
  });

  it("takes over what is transferred, and gives back what the answer transfers", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    assert.deepEqual(await thread.ask({ return: bytes }, [bytes.buffer]), new Uint8Array([1, 2, 3]));
    assert.equal(bytes.length, 0);
  });

  it("that is closed fails what waits, and begins anew with the next request", async () => {
    const asked = assert.rejects(thread.ask({ hang: true }), /The thread that doubles numbers ended/);
    const closed = thread.close();
    assert.equal(await thread.ask({ double: 5 }), 10, "also while the former one is still ending");
    await Promise.all([closed, asked]);
  });

  it("that says nothing for too long is ended, with all that waits for it, and replaced", async () => {
    const impatient = open(300);
    const asked = [impatient.ask({ hang: true }), impatient.ask({ double: 1 })];
    for (const { status } of await Promise.allSettled(asked)) assert.equal(status, "rejected");
    await impatient.close();
  });

  it("fails a request that cannot be sent, and no other", async () => {
    await assert.rejects(thread.ask({ double: (() => 1) as never }), { name: "DataCloneError" });
    assert.equal(await thread.ask({ double: 6 }), 12);
  });
});

import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPacedWriter, type PacedWriter } from "./paced-writer.ts";

const neverPaused = { pause: () => assert.fail("The client reads."), resume: () => {} };

/** What a client reads, piece by piece, of an answer that `answer` writes. */
async function read(answer: (writer: PacedWriter, response: ServerResponse) => Promise<void>): Promise<string[]> {
  const server = createServer((_request, response) => void answer(createPacedWriter(response, neverPaused), response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const pieces: string[] = [];
    for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString());
    return pieces;
  } finally {
    server.close();
  }
}

describe("a stream on its way to its client", () => {
  it("OC14: goes out whole and in order, what comes at once in few pieces", async () => {
    const words = Array.from({ length: 500 }, (_, index) => `${index} `);
    const pieces = await read(async (writer, response) => {
      for (const word of words) {
        writer.write(Buffer.from(word));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end(Buffer.concat(writer.take()));
    });
    assert.equal(pieces.join(""), words.join(""));
    assert.ok(pieces.length < words.length, `${pieces.length} pieces`);
  });

  it("OC14: waits for nothing that comes after it, neither at its begin nor in between", async () => {
    let goOn = () => {};
    const isRead = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const server = createServer(async (_request, response) => {
      const writer = createPacedWriter(response, neverPaused);
      writer.write(Buffer.from("first"));
      writer.write(Buffer.from("second"));
      // Nothing more comes until both were read.
      await Promise.race([isRead, sleep(20_000, undefined, { ref: false })]);
      response.end(Buffer.concat([...writer.take(), Buffer.from("last")]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    let text = "";
    const seen: string[] = [];
    for await (const piece of response.body ?? []) {
      text += Buffer.from(piece).toString();
      seen.push(text);
      if (text === "firstsecond") goOn();
    }
    server.close();
    assert.equal(text, "firstsecondlast");
    assert.ok(seen.includes("firstsecond"), seen.join(", "));
  });
});

import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPacedWriter, type PacedWriter } from "./paced-writer.ts";

interface RestingSource {
  isResting: boolean;
  rests: number;
}

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

/** What it gives resolves when so many have called it. */
function createBarrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return () => {
    missing -= 1;
    if (missing === 0) resolve();
    return promise;
  };
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

  /** A client that reads nothing unless it is told to, and what it is answered with. */
  async function askWithoutReading(
    test: (writer: PacedWriter, response: ServerResponse, source: RestingSource, client: Socket) => Promise<void>,
    options?: { patienceMs: number },
  ): Promise<void> {
    const resting = { isResting: false, rests: 0, pause: () => {}, resume: () => {} };
    resting.pause = () => {
      resting.isResting = true;
      resting.rests += 1;
    };
    resting.resume = () => {
      resting.isResting = false;
    };
    const over = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      const writer = createPacedWriter(response, resting, options);
      test(writer, response, resting, client).then(over.resolve, over.reject);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    client.on("error", () => {});
    client.pause();
    client.write("GET / HTTP/1.1\r\nhost: reef\r\n\r\n");
    try {
      await over.promise;
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  }

  /** Writes until the source is told to rest, and gives how many bytes that took. */
  async function fill(writer: PacedWriter, source: { isResting: boolean }): Promise<number> {
    const piece = Buffer.alloc(65_536, "x");
    let written = 0;
    for (; !source.isResting; written += piece.length) {
      writer.write(piece);
      await sleep(1);
    }
    return written;
  }

  it("OC14: its source rests while the client does not read, and goes on where it does", async () => {
    await askWithoutReading(async (writer, response, source, client) => {
      const written = await fill(writer, source);
      let read = 0;
      client.on("data", ({ length }) => {
        read += length;
      });
      client.resume();
      for (const before = source.rests; source.isResting; ) {
        await sleep(1);
        assert.equal(source.rests, before);
      }
      response.end(Buffer.concat(writer.take()));
      while (read < written) await sleep(1);
    });
  });

  it("OC14: where many streams are under way each rests once, behind its first bytes, and goes on", async () => {
    const sources: RestingSource[] = [];
    const [begun, written] = [createBarrier(12), createBarrier(12)];
    const streams = Array.from({ length: 12 }, () =>
      askWithoutReading(async (writer, _response, source) => {
        sources.push(source);
        await begun();
        for (let count = 0; count < 3; count += 1) {
          writer.write(Buffer.from("word"));
          while (source.isResting) await sleep(1);
        }
        await written();
      }),
    );
    await Promise.all(streams);
    assert.deepEqual(
      sources.map(({ rests }) => rests),
      sources.map(() => 1),
    );
  });

  it("OC14: of what waits when its client leaves nothing is written, and its source does not rest for ever", async () => {
    await askWithoutReading(async (writer, response, source, client) => {
      await fill(writer, source);
      const closed = new Promise((resolve) => response.once("close", resolve));
      client.destroy();
      await closed;
      assert.equal(source.isResting, false);
      const { rests } = source;
      for (let count = 0; count < 10; count += 1) {
        writer.write(Buffer.alloc(65_536));
        await sleep(1);
      }
      await sleep(10);
      assert.deepEqual(writer.take(), []);
      assert.deepEqual([source.rests, source.isResting], [rests, false]);
    });
  });

  it("OC14: a client that takes nothing for too long is cut off", async () => {
    await askWithoutReading(
      async (writer, response, source) => {
        const closed = new Promise((resolve) => response.once("close", resolve));
        await fill(writer, source);
        await closed;
        assert.equal(response.writableFinished, false);
      },
      { patienceMs: 50 },
    );
  });
});

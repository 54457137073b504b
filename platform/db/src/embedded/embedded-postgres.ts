import { once } from "node:events";
import { Duplex } from "node:stream";
import { Worker } from "node:worker_threads";
import type { EmbeddedReply, EmbeddedRequest, EmbeddedWorkerData } from "./protocol.ts";

/** A whole migrated database as bytes; loading one is several times faster than migrating a new one. */
export type EmbeddedSnapshot = Uint8Array<ArrayBuffer>;

export interface EmbeddedPostgres {
  /** A stream for node-postgres that speaks the wire protocol with the worker thread instead of a socket. */
  connect(): Duplex;
  snapshot(): Promise<EmbeddedSnapshot>;
  close(): Promise<void>;
}

const running = new Set<EmbeddedPostgres>();

/** Starts an embedded Postgres in a worker thread and waits until it answers. */
export async function startEmbeddedPostgres(data: EmbeddedWorkerData): Promise<EmbeddedPostgres> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: data });
  const next = async <Kind extends EmbeddedReply["kind"]>(kind: Kind) => {
    for (;;) {
      const [reply] = (await once(worker, "message")) as [EmbeddedReply];
      if (reply.kind === kind) return reply as Extract<EmbeddedReply, { kind: Kind }>;
    }
  };
  await next("ready");
  worker.setMaxListeners(0);
  const send = (request: EmbeddedRequest) => worker.postMessage(request);
  let clients = 0;
  const embedded: EmbeddedPostgres = {
    connect: () => new WireStream(worker, ++clients),
    async snapshot() {
      const reply = next("snapshot");
      send({ kind: "snapshot" });
      return (await reply).bytes;
    },
    async close() {
      running.delete(embedded);
      const closed = next("closed");
      send({ kind: "close" });
      await closed;
      await worker.terminate();
    },
  };
  running.add(embedded);
  return embedded;
}

/** Closes every embedded database of this process; for tests that end without closing what they opened. */
export async function closeEmbedded(): Promise<void> {
  await Promise.all([...running].map((embedded) => embedded.close()));
}

/** First byte of the frontend's Terminate message. The worker has one session for its whole life, so it never sees one. */
const TERMINATE = 0x58;

/** One client's end of the wire, with the few methods of a socket that node-postgres calls. */
class WireStream extends Duplex {
  readonly #worker: Worker;
  readonly #client: number;

  constructor(worker: Worker, client: number) {
    super();
    this.#worker = worker;
    this.#client = client;
    worker.on("message", this.#receive);
  }

  readonly #receive = (reply: EmbeddedReply): void => {
    if (!("client" in reply) || reply.client !== this.#client) return;
    if (reply.kind === "connected") this.emit("connect");
    else this.push(reply.bytes);
  };

  connect(): this {
    this.#worker.postMessage({ kind: "connect", client: this.#client } satisfies EmbeddedRequest);
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (chunk[0] !== TERMINATE) {
      const bytes = new Uint8Array(chunk);
      this.#worker.postMessage({ kind: "wire", client: this.#client, bytes } satisfies EmbeddedRequest, [bytes.buffer]);
    }
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#worker.off("message", this.#receive);
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

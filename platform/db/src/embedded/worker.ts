import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import type { EmbeddedReply, EmbeddedRequest, EmbeddedWorkerData } from "./protocol.ts";

/**
 * The embedded Postgres, alone in its thread: a query may take its time here without holding up the event loop that
 * answers requests. It speaks Postgres's wire protocol over the message port, one message after another.
 */
const port = parentPort as MessagePort;
const { folder, snapshot } = workerData as EmbeddedWorkerData;

const postgres = await PGlite.create({
  ...(folder === undefined ? {} : { dataDir: folder }),
  ...(snapshot === undefined ? {} : { loadDataDir: new Blob([snapshot]) }),
  extensions: { vector },
});
const reply = (message: EmbeddedReply, bytes?: Uint8Array) =>
  port.postMessage(message, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]);

async function answer(request: EmbeddedRequest): Promise<void> {
  switch (request.kind) {
    case "connect":
      // A new client must not inherit what the one before it left in the only session: an open transaction, settings,
      // prepared statements.
      await postgres.exec("ROLLBACK");
      await postgres.exec("DISCARD ALL");
      return reply({ kind: "connected", client: request.client });
    case "wire": {
      const options = { syncToFs: false, throwOnError: false };
      const bytes = await postgres.execProtocolRaw(request.bytes, options);
      return reply({ kind: "wire", client: request.client, bytes }, bytes);
    }
    case "snapshot": {
      const dump = await postgres.dumpDataDir("none");
      return reply({ kind: "snapshot", bytes: new Uint8Array(await dump.arrayBuffer()) });
    }
    case "close":
      await postgres.close();
      return reply({ kind: "closed" });
  }
}

let queue = Promise.resolve();
port.on("message", (request: EmbeddedRequest) => {
  queue = queue.then(() => answer(request));
});
reply({ kind: "ready" });

import { type MessagePort, parentPort } from "node:worker_threads";
import { compose } from "./compose.ts";
import type { ContextReply, ContextRequest } from "./composer.ts";

/** Composes contexts in a thread of its own: counting tokens needs 200 ms to load, and a large budget longer than 5 ms. */
const port = parentPort as MessagePort;

port.on("message", ({ id, order }: ContextRequest) => {
  try {
    port.postMessage({ id, composed: compose(order) } satisfies ContextReply);
  } catch (error) {
    port.postMessage({ id, error: String(error) } satisfies ContextReply);
  }
});

import { type MessagePort, parentPort } from "node:worker_threads";
import { keepCall, type RawCall } from "./keep-call.ts";

/** Prepares calls for being kept in a thread of its own: a long prompt would hold up the event loop. */
const port = parentPort as MessagePort;

port.on("message", ({ id, call }: { id: number; call: RawCall }) => {
  try {
    port.postMessage({ id, kept: keepCall(call) });
  } catch {
    // What went wrong may tell of the prompt, so it is told to nobody.
    port.postMessage({ id });
  }
});

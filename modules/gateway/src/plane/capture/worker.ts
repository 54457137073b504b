import { answerRequests } from "@reef/supervision/thread";
import { type KeptCall, keepCall, type RawCall } from "./keep-call.ts";

/** Prepares calls for being kept in a thread of its own: a long prompt would hold up the event loop. */
answerRequests<RawCall, KeptCall>((call) => {
  try {
    return keepCall(call);
  } catch {
    // What went wrong may tell of the prompt, so it is told to nobody.
    throw new Error("A call could not be prepared for being kept.");
  }
});

import type { Dispatcher } from "undici";
import type { PlaneProvider, Target, UpstreamKey } from "./parts.ts";
import { createDeltaRelay } from "./relay-deltas.ts";
import { sendAnswer } from "./relay-whole.ts";
import { type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import { ClientGone } from "./upstream.ts";
import { conversationFor } from "./ways.ts";

/**
 * Calls a provider through its own library.
 *
 * @throws ProviderRefusal, or the connection's error, as long as nothing has gone to the client; ClientGone where it left.
 */
export async function callLibrary(
  call: RunningCall,
  target: Target,
  key: UpstreamKey,
  parts: SettlingParts & { dispatcherOf(provider: PlaneProvider): Dispatcher },
): Promise<void> {
  const leaving = new AbortController();
  call.departure.onGone = () => leaving.abort(new ClientGone());
  const { baseUrl, options, kind } = target.provider;
  const { library } = kind;
  if (library === undefined) throw new Error("This provider is called over HTTP.");
  const dispatcher = parts.dispatcherOf(target.provider);
  const connection = { baseUrl, options, apiKey: key.secret, dispatcher, signal: leaving.signal };
  const conversation = conversationFor(call, target);
  try {
    if (!conversation.stream) {
      const answer = await library.answer(conversation, connection);
      key.succeeded(target.model);
      await settle(call, { outcome: "completed", status: 200, target, usage: answer.usage }, parts);
      return sendAnswer(call, target, answer);
    }
    const deltas = library.stream(conversation, connection)[Symbol.asyncIterator]();
    // Until the first step has come, another way may still be tried.
    let next = await deltas.next();
    key.succeeded(target.model);
    const gate = createGate();
    const relay = createDeltaRelay(call, target, parts, gate);
    let error: Error | undefined;
    try {
      for (; next.done !== true; next = await deltas.next()) {
        relay.push([next.value]);
        await gate.opened();
      }
    } catch (cause) {
      error = leaving.signal.aborted ? new ClientGone() : (cause as Error);
    }
    await relay.finish(error);
  } catch (error) {
    throw leaving.signal.aborted ? new ClientGone() : error;
  }
}

/** Nothing more is asked of the library until the client has read what it was sent, or has left. */
function createGate() {
  let closed: PromiseWithResolvers<void> | undefined;
  return {
    pause() {
      closed = Promise.withResolvers();
    },
    resume() {
      closed?.resolve();
      closed = undefined;
    },
    opened: (): Promise<void> | undefined => closed?.promise,
  };
}

import type { Delta, Usage } from "../dialects/conversation.ts";
import { createSseParser } from "../dialects/sse.ts";
import { streamHeaders } from "./answer-head.ts";
import type { Target } from "./parts.ts";
import { failureEvent } from "./relay-events.ts";
import { noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import { ClientGone, type Exchange } from "./upstream.ts";
import type { Way } from "./ways.ts";

/** About how many characters of a stream spell one token: a piece of text, and the event around it. */
const SPELLED_PER_TOKEN = 150;

/** Spells the steps of one answer in the client's dialect, and sends them as they come. */
export interface DeltaRelay {
  /** @returns false where the client reads too slowly: then nothing more should come until it has. */
  push(deltas: readonly Delta[]): boolean;
  /** The stream is over; with the error that ended it, if one did. */
  finish(error: Error | undefined): Promise<void>;
}

/** A relay for one answer; its head goes out at once. What ends it is held back until the call is on record. */
export function createDeltaRelay(call: RunningCall, target: Target, parts: SettlingParts): DeltaRelay {
  const { response, endpoint, asked } = call;
  const writer = endpoint.client.createWriter({
    model: asked.model,
    request: asked.request(),
    createdSeconds: Math.floor(call.begun.startedAt / 1_000),
  });
  const delivered: string[] = [];
  let deliveredLength = 0;
  let held = "";
  let last: Extract<Delta, { type: "end" | "failure" }> | undefined;
  let usage: Usage | undefined;
  let begun: Usage | undefined;

  function spell(delta: Delta): string {
    if (last !== undefined) return "";
    if (delta.type === "end" || delta.type === "failure") {
      last = delta;
      if (delta.type === "end") usage = delta.usage;
      held = writer.write(delta);
      return "";
    }
    if (delta.type === "start") begun = delta.usage;
    else if (delta.type === "text" || delta.type === "thinking") delivered.push(delta.text);
    else if (delta.type === "arguments") delivered.push(delta.json);
    return writer.write(delta);
  }

  response.writeHead(200, streamHeaders(call, target));
  return {
    push(deltas) {
      const out = deltas.map(spell).join("");
      if (out === "") return true;
      noteDelivery(call);
      deliveredLength += out.length;
      parts.journal.progress(call.begun.id, Math.ceil(deliveredLength / SPELLED_PER_TOKEN));
      return response.write(out);
    },
    async finish(error) {
      const outcome = error instanceof ClientGone ? "abandoned" : last?.type === "end" ? "completed" : "cut";
      await settle(
        call,
        { outcome, status: 200, target, usage, begun, ...(usage === undefined && { delivered: delivered.join("") }) },
        parts,
      );
      if (outcome === "abandoned") return;
      if (last === undefined) held = failureEvent(call, target, error);
      response.end(held);
    },
  };
}

/** Relays a stream that comes in another dialect than the client's. */
export function relayDeltas(
  call: RunningCall,
  target: Target,
  { dialect }: Way,
  answer: Exchange,
  parts: SettlingParts,
): Promise<void> {
  if (dialect === undefined) throw new Error("Only dialects are translated.");
  const parser = createSseParser();
  const reader = dialect.createReader();
  const relay = createDeltaRelay(call, target, parts);
  let isPaused = false;
  return new Promise((resolve) => {
    answer.deliver({
      data(bytes) {
        try {
          if (relay.push(parser.push(bytes).flatMap((event) => reader.read(event)))) return;
        } catch (error) {
          answer.abort();
          return resolve(relay.finish(error as Error));
        }
        if (isPaused) return;
        isPaused = true;
        answer.pause();
        call.response.once("drain", () => {
          isPaused = false;
          answer.resume();
        });
      },
      end() {
        try {
          relay.push([...parser.close().flatMap((event) => reader.read(event)), ...reader.close()]);
          resolve(relay.finish(undefined));
        } catch (error) {
          resolve(relay.finish(error as Error));
        }
      },
      fail: (error) => resolve(relay.finish(error)),
    });
  });
}

import type { Delta, UpstreamFailure, Usage } from "../dialects/conversation.ts";
import { createSseParser } from "../dialects/sse.ts";
import { streamHeaders } from "./answer-head.ts";
import type { Target } from "./parts.ts";
import { failureEvent } from "./relay-events.ts";
import { noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import type { Source } from "./source.ts";
import { ClientGone } from "./upstream.ts";
import { findRefusal } from "./upstream-refusal.ts";

/** About how many characters of a stream spell one token: a piece of text, and the event around it. */
const SPELLED_PER_TOKEN = 150;

/** Spells the steps of one answer in the client's dialect, and sends them as they come. */
export interface DeltaRelay {
  /** @returns false where the client reads too slowly: then nothing more should come until it has. */
  push(deltas: readonly Delta[]): boolean;
  /** The stream is over; with the error that ended it, if one did. */
  finish(error: Error | undefined): Promise<void>;
}

/** A relay for one answer; its head goes out with the first step. What ends it is held back until the call is on record. */
export function createDeltaRelay(call: RunningCall, target: Target, parts: SettlingParts): DeltaRelay {
  const { response, endpoint, asked } = call;
  const writer = endpoint.client.createWriter({
    model: asked.model,
    request: asked.echo(),
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

  function ensureHead(): void {
    if (!response.headersSent) response.writeHead(200, streamHeaders(call, target));
  }

  return {
    push(deltas) {
      const out = deltas.map(spell).join("");
      if (out === "") return true;
      ensureHead();
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
      ensureHead();
      response.end(held);
    },
  };
}

/**
 * Relays a stream that comes in another dialect than the client's. Resolves with what the upstream says where it begins with
 * its error; then nothing has gone out.
 */
export function relayDeltas(
  call: RunningCall,
  { target, way: { dialect }, key, answer }: Source,
  parts: SettlingParts,
): Promise<UpstreamFailure | undefined> {
  if (dialect === undefined) throw new Error("Only dialects are translated.");
  const parser = createSseParser();
  const reader = dialect.createReader();
  const relay = createDeltaRelay(call, target, parts);
  let hasBegun = false;
  let isPaused = false;
  return new Promise((resolve) => {
    const finish = (error: Error | undefined) => resolve(relay.finish(error) as Promise<undefined>);
    answer.deliver({
      data(bytes) {
        try {
          const events = parser.push(bytes);
          const deltas = events.flatMap((event) => reader.read(event));
          if (!hasBegun && events.length > 0) {
            const refusal = refusalIn(deltas) ?? findRefusal(`data: ${events[0]?.data}`);
            if (refusal !== undefined) {
              answer.abort();
              return resolve(refusal);
            }
            hasBegun = true;
            key.succeeded(target.model);
          }
          if (relay.push(deltas)) return;
        } catch (error) {
          answer.abort();
          return finish(error as Error);
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
          finish(undefined);
        } catch (error) {
          finish(error as Error);
        }
      },
      fail: finish,
    });
  });
}

/** The error that a stream begins with. One that nobody can read is none: a model may be at work behind it. */
function refusalIn(deltas: readonly Delta[]): UpstreamFailure | undefined {
  const first = deltas.find(({ type }) => type !== "start");
  return first?.type === "failure" && first.failure.code !== "broken_stream" ? first.failure : undefined;
}

import { deliveredBy } from "../dialects/answer-deltas.ts";
import type { Delta, UpstreamFailure, Usage } from "../dialects/conversation.ts";
import { createSseParser } from "../dialects/sse.ts";
import { streamFields } from "./answer-head.ts";
import { createPacedWriter, joined, type PacedSource } from "./paced-writer.ts";
import type { Target } from "./parts.ts";
import { failureEvent } from "./relay-events.ts";
import { type Ending, noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import type { Source } from "./source.ts";
import { ClientGone } from "./upstream.ts";
import { findRefusal } from "./upstream-refusal.ts";

/** About how many characters of a stream spell one token: a piece of text, and the event around it. */
const SPELLED_PER_TOKEN = 150;
/** No model writes so many characters; what comes beyond is not kept for counting, but estimated. */
const MOST_KEPT_CHARACTERS = 4 * 1024 * 1024;
const CHARACTERS_PER_TOKEN = 4;

/** Spells the steps of one answer in the client's dialect, and sends them as they come. */
export interface DeltaRelay {
  push(deltas: readonly Delta[]): void;
  /** The stream is over; with the error that ended it, if one did. */
  finish(error: Error | undefined): Promise<void>;
}

/**
 * A relay for one answer; its head goes out with the first step. What ends it is held back until the call is on record. `source`
 * rests while the client reads too slowly.
 */
export function createDeltaRelay(
  call: RunningCall,
  target: Target,
  parts: SettlingParts,
  source: PacedSource,
): DeltaRelay {
  const { response, endpoint, asked } = call;
  const speller = endpoint.client.createWriter({
    model: asked.model,
    request: asked.echo(),
    createdSeconds: Math.floor(call.begun.startedAt / 1_000),
  });
  const writer = createPacedWriter(response, source);
  const delivered: string[] = [];
  let keptCharacters = 0;
  let charactersBeyond = 0;
  let spelledLength = 0;
  let held = "";
  let last: Extract<Delta, { type: "end" | "failure" }> | undefined;
  let usage: Usage | undefined;
  let begun: Usage | undefined;

  function keep(text: string): void {
    if (keptCharacters + text.length > MOST_KEPT_CHARACTERS) {
      charactersBeyond += text.length;
      return;
    }
    keptCharacters += text.length;
    delivered.push(text);
  }

  function spell(delta: Delta): string {
    if (last !== undefined) return "";
    if (delta.type === "end" || delta.type === "failure") {
      last = delta;
      if (delta.type === "end") usage = delta.usage;
      held = speller.write(delta);
      return "";
    }
    if (delta.type === "start") begun = delta.usage;
    else keep(deliveredBy(delta));
    return speller.write(delta);
  }

  function ensureHead(): void {
    if (!response.headersSent) response.writeHead(200, streamFields(call, target));
  }

  return {
    push(deltas) {
      const out = deltas.map(spell).join("");
      if (out === "") return;
      ensureHead();
      noteDelivery(call);
      spelledLength += out.length;
      parts.journal.progress(call.begun.id, Math.ceil(spelledLength / SPELLED_PER_TOKEN));
      writer.write(Buffer.from(out));
    },
    async finish(error) {
      const outcome = error instanceof ClientGone ? "abandoned" : last?.type === "end" ? "completed" : "cut";
      const counting = {
        delivered: delivered.join(""),
        tokensBeyond: Math.ceil(charactersBeyond / CHARACTERS_PER_TOKEN),
      };
      const ending: Ending = { outcome, status: 200, target, usage, begun, ...(usage === undefined && counting) };
      await settle(call, ending, parts);
      if (outcome === "abandoned") return;
      if (last === undefined) held = failureEvent(call, target, error);
      ensureHead();
      response.end(joined([...writer.take(), Buffer.from(held)]));
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
  const relay = createDeltaRelay(call, target, parts, answer);
  let hasBegun = false;
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
          relay.push(deltas);
        } catch (error) {
          answer.abort();
          finish(error as Error);
        }
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

import type { UpstreamFailure } from "../dialects/conversation.ts";
import { streamFields } from "./answer-head.ts";
import { createKeptEvents } from "./kept-events.ts";
import { createPacedWriter, joined } from "./paced-writer.ts";
import type { Target } from "./parts.ts";
import { refuse } from "./refusal.ts";
import { noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import type { Source } from "./source.ts";
import { type Came, createEventSplitter } from "./split-events.ts";
import { ClientGone } from "./upstream.ts";
import { findRefusal } from "./upstream-refusal.ts";
import { mustAskForUsage } from "./ways.ts";

const BLANK_LINE = Buffer.from("\n\n");
const USAGE = /"usage"\s*:\s*\{/;
/** What no dialect speaks delivers nothing that could be counted. */
const NO_TEXT = { textOf: () => "" };

/**
 * Relays a stream in the client's own dialect, every byte as it was; its last event goes out when the call is on record.
 * Resolves with what the upstream says where it begins with its error; then nothing has gone out.
 */
export function relayEvents(
  call: RunningCall,
  { target, way, key, answer }: Source,
  parts: SettlingParts,
): Promise<UpstreamFailure | undefined> {
  const { response } = call;
  const splitter = createEventSplitter();
  const gauge = way.dialect?.createGauge();
  const endMarks = gauge?.endMarks ?? [];
  const withholdsUsage = mustAskForUsage(call.endpoint, call.asked);
  const events = createKeptEvents();
  let held: Buffer[] = [];

  const hasEndMark = (text: string): boolean => endMarks.some((mark) => text.includes(mark));
  /** Whether all of it goes on as it came; then its events are not looked at one by one. */
  const isPlain = (text: string): boolean =>
    held.length === 0 && !hasEndMark(text) && !(withholdsUsage && USAGE.test(text));

  function take(event: Buffer, text: string, out: Buffer[]): void {
    if (withholdsUsage && isUsageAlone(text)) return;
    if (hasEndMark(text)) {
      held.push(event);
      return;
    }
    if (held.length > 0) {
      // What looked like the end was not: a text may hold such a mark.
      out.push(...held);
      held = [];
    }
    out.push(event);
  }

  /** What goes out of what came. */
  function pick({ bytes, text, events: came }: Came): Buffer {
    if (isPlain(text)) return bytes;
    const out: Buffer[] = [];
    let at = 0;
    for (const event of came) {
      take(bytes.subarray(at, at + event.length), event, out);
      at += event.length;
    }
    return joined(out);
  }

  const writer = createPacedWriter(response, answer);

  function send(bytes: Buffer): void {
    if (bytes.length === 0) return;
    noteDelivery(call);
    // Providers send about a token in each event.
    parts.journal.progress(call.begun.id, events.count);
    writer.write(bytes);
  }

  function ensureHead(): void {
    if (!response.headersSent) response.writeHead(answer.status, streamFields(call, target));
  }

  async function finish(error: Error | undefined): Promise<undefined> {
    const rest = splitter.rest();
    if (rest.length > 0) events.add(rest.toString("latin1"));
    const told = gauge?.ofStream(events.readEnds());
    const isWhole = error === undefined && (told?.isWhole ?? true);
    const outcome = error instanceof ClientGone ? "abandoned" : isWhole && !told?.failed ? "completed" : "cut";
    const delivered = told?.usage === undefined ? await events.readDelivered(gauge ?? NO_TEXT) : undefined;
    await settle(
      call,
      {
        outcome,
        status: 200,
        target,
        usage: told?.usage,
        begun: told?.begun,
        ...(delivered !== undefined && { delivered: delivered.text, tokensBeyond: delivered.tokensBeyond }),
      },
      parts,
    );
    if (outcome === "abandoned") return;
    ensureHead();
    // Some upstreams leave out the last blank line, and clients read no event without; a piece that broke off is worth nothing.
    if (rest.length > 0 && (outcome === "completed" || told?.failed)) held.push(rest, BLANK_LINE);
    const last = [...writer.take(), ...held];
    if (last.length > 0) response.write(joined(last));
    // What broke off must not look whole.
    if (outcome === "cut" && !told?.failed) response.write(failureEvent(call, target, error));
    response.end();
  }

  return new Promise((resolve) => {
    answer.deliver({
      data(bytes) {
        let came: Came;
        try {
          came = splitter.push(bytes);
        } catch (error) {
          answer.abort();
          return resolve(finish(error as Error));
        }
        const [first] = came.events;
        if (first === undefined) return;
        if (events.count === 0) {
          const refusal = findRefusal(came.bytes.toString("utf8", 0, first.length));
          if (refusal !== undefined) {
            answer.abort();
            return resolve(refusal);
          }
          key.succeeded(target.model);
          ensureHead();
        }
        for (const event of came.events) events.add(event);
        send(pick(came));
      },
      end: () => resolve(finish(undefined)),
      fail: (error) => resolve(finish(error)),
    });
  });
}

/** The event of OpenAI's chat dialect that tells nothing but the usage: it has no choices. Azure's first one has none either. */
function isUsageAlone(text: string): boolean {
  return USAGE.test(text) && /"choices"\s*:\s*\[\s*\]/.test(text);
}

/** The event by which the client learns that a stream broke off. */
export function failureEvent({ endpoint, asked }: RunningCall, { provider }: Target, error: Error | undefined): string {
  const isSlow = error !== undefined && "code" in error && error.code === "UND_ERR_BODY_TIMEOUT";
  const { failure } = isSlow ? refuse.slow(provider.slug) : refuse.brokenOff(provider.slug);
  const options = { model: asked.model, request: {}, createdSeconds: Math.floor(Date.now() / 1_000) };
  return endpoint.client.createWriter(options).write({
    type: "failure",
    failure: { status: failure.status, code: failure.code, message: failure.message },
  });
}

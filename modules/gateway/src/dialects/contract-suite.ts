import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  answerOf,
  answerSamples,
  cacheSample,
  conversationSamples,
  deltasOf,
  FAILURE,
  settled,
} from "./contract-samples.ts";
import { type Answer, BadPrompt, type Conversation, type Delta } from "./conversation.ts";
import type { ClientDialect, ProviderDialect } from "./dialect.ts";
import { createSseParser, type SseEvent } from "./sse.ts";

/** A dialect with both of its sides, and what of a question and an answer it has no words for. */
interface DialectMember {
  client: ClientDialect;
  provider: ProviderDialect;
  /** The model that conversations ask for. */
  model: string;
  /** What is left of a conversation that was written and read in this dialect; all of it unless given. */
  keeps?(conversation: Conversation): Conversation;
  /** Titles of the conversations that this dialect cannot say. */
  refuses?: readonly string[];
  /** What is left of an answer; all of it unless given. */
  keepsAnswer?(answer: Answer): Answer;
}

/** What every dialect keeps to. Each member's own test calls it, and adds what is the dialect's alone. */
export function describeDialect({
  client,
  provider,
  model,
  keeps = same,
  refuses = [],
  keepsAnswer = same,
}: DialectMember): void {
  const options = {
    model: "asked-for",
    request: { stream_options: { include_usage: true } },
    createdSeconds: 1_790_000_000,
  };
  const spell = (deltas: readonly Delta[]): string => {
    const writer = client.createWriter(options);
    return deltas.map((delta) => writer.write(delta)).join("");
  };

  describe(`dialect ${provider.name}`, () => {
    for (const [title, sample] of Object.entries(conversationSamples(model))) {
      if (refuses.includes(title)) {
        it(`refuses to say a conversation with ${title}`, () => {
          assert.throws(() => provider.writeConversation(sample), BadPrompt);
        });
        continue;
      }
      it(`says a conversation with ${title} so that it is read as it was`, () => {
        const body = overTheWire(provider.writeConversation(sample));
        assert.deepEqual(settled(client.readConversation(body)), settled(keeps(sample)));
      });
    }

    it("says a conversation with cache marks without stumbling over them", () => {
      const sample = cacheSample(model);
      const read = client.readConversation(overTheWire(provider.writeConversation(sample)));
      assert.deepEqual(settled(read), settled(keeps(sample)));
    });

    for (const [title, answer] of Object.entries(answerSamples)) {
      it(`answers with ${title}, whole, so that it is read as it was`, () => {
        const body = overTheWire(client.writeAnswer(answer, answer.model));
        assert.deepEqual(provider.readAnswer(body), keepsAnswer(answer));
        assert.deepEqual(provider.createGauge().ofAnswer(body), answer.usage);
      });

      it(`answers with ${title}, as a stream in pieces of any size, so that it is read as it was`, () => {
        const text = spell(deltasOf(answer));
        for (const size of [1, 2, 3, 7, 64, 1_000_000]) {
          const reader = provider.createReader();
          const events = parseInPieces(text, size);
          const deltas = [...events.flatMap((event) => reader.read(event)), ...reader.close()];
          const { model: _, ...read } = answerOf(deltas);
          const { model: __, ...expected } = keepsAnswer(answer);
          assert.deepEqual(read, expected);
        }
      });

      it(`gauges the stream of an answer with ${title}`, () => {
        const events = parseInPieces(spell(deltasOf(answer)), 1_000_000);
        const gauge = provider.createGauge();
        const told = gauge.ofStream([...events.slice(0, 2), ...events.slice(Math.max(2, events.length - 5))]);
        assert.deepEqual(told, { usage: answer.usage, isWhole: true, failed: false });
        const delivered = gauge.textOf(events);
        for (const text of textsOf(keepsAnswer(answer))) assert.ok(delivered.includes(text), `${text} was delivered`);
      });
    }

    it("calls an answer that breaks off after any of its events cut, and never whole", () => {
      const [answer] = Object.values(answerSamples);
      assert.ok(answer);
      const events = parseInPieces(spell(deltasOf(answer)), 1_000_000);
      const gauge = provider.createGauge();
      const ending = firstEnding(provider, events);
      for (let count = 0; count <= ending; count += 1) {
        const reader = provider.createReader();
        const deltas = [...events.slice(0, count).flatMap((event) => reader.read(event)), ...reader.close()];
        assert.equal(deltas.at(-1)?.type, "failure", `cut after ${count} events`);
        assert.equal(deltas.filter(({ type }) => type === "end" || type === "failure").length, 1);
        assert.deepEqual(reader.close(), []);
        assert.equal(gauge.ofStream(events.slice(0, count)).isWhole, false);
      }
    });

    it("passes a failure on at any moment, and says nothing after it", () => {
      const [answer] = Object.values(answerSamples);
      assert.ok(answer);
      const deltas = deltasOf(answer);
      for (let count = 0; count < deltas.length; count += 1) {
        const text = spell([...deltas.slice(0, count), { type: "failure", failure: FAILURE }]);
        const events = parseInPieces(text, 1_000_000);
        const reader = provider.createReader();
        const read = [...events.flatMap((event) => reader.read(event)), ...reader.close()];
        const last = read.at(-1);
        assert.ok(last?.type === "failure");
        assert.equal(last.failure.message, FAILURE.message);
        assert.equal(last.failure.status, FAILURE.status);
        assert.equal(read.filter(({ type }) => type === "end" || type === "failure").length, 1);
        const told = provider.createGauge().ofStream(events);
        assert.deepEqual([told.isWhole, told.failed], [false, true]);
      }
    });

    it("marks the event that ends a stream, and no other", () => {
      for (const answer of Object.values(answerSamples)) {
        const events = spell(deltasOf(answer)).split(/(?<=\n\n)/);
        const marked = events.map((event) => provider.createGauge().endMarks.some((mark) => event.includes(mark)));
        assert.deepEqual(marked.indexOf(true), events.length - 1);
      }
    });

    it("tells no usage where there is none", () => {
      const gauge = provider.createGauge();
      for (const body of [undefined, null, "", 7, [], {}, { usage: null }, { usage: {} }]) {
        assert.equal(gauge.ofAnswer(body), undefined);
      }
      assert.equal(
        gauge.ofStream([
          { event: "", data: "{}" },
          { event: "", data: "nonsense" },
        ]).usage,
        undefined,
      );
    });

    it("reads any text as the failure that its status says", () => {
      const texts = [
        "",
        "<html><h1>Bad gateway</h1></html>",
        "[]",
        "null",
        "{",
        '{"error":"no"}',
        '{"error":{"message":7}}',
      ];
      for (const text of texts) {
        const failure = provider.readFailure(502, text);
        assert.equal(failure.status, 502);
        assert.notEqual(failure.message, "");
      }
    });

    it("throws for a body that is no answer", () => {
      for (const body of [undefined, null, [], {}, "text", { choices: [] }, { error: { message: "no" } }]) {
        assert.throws(() => provider.readAnswer(body), Error);
      }
    });

    it("tells a client what its budget is, and which field is wrong", () => {
      const budget = { unit: "micros" as const, used: 1_000, limit: 900, resetsAt: "2026-12-01T00:00:00.000Z" };
      const told = JSON.stringify(
        client.writeFailure({ status: 429, code: "gateway.budget_exhausted", message: "Used up.", budget }),
      );
      for (const part of ["Used up.", '"budget_exhausted"', '"used":1000', '"limit":900', "2026-12-01T00:00:00.000Z"]) {
        assert.ok(told.includes(part), `${part} stands in ${told}`);
      }
      const wrong = client.writeFailure({
        status: 400,
        code: "gateway.bad_prompt",
        message: "No.",
        path: "messages[2]",
      });
      assert.ok(JSON.stringify(wrong).includes("messages[2]"));
    });
  });
}

const same = <T>(value: T): T => value;

/** As it arrives: what JSON cannot say is gone. */
export const overTheWire = (body: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(body));

/** The events of a stream whose bytes come in pieces of one size. */
export function parseInPieces(text: string, size: number): SseEvent[] {
  const bytes = Buffer.from(text);
  const parser = createSseParser();
  const events: SseEvent[] = [];
  for (let from = 0; from < bytes.length; from += size) events.push(...parser.push(bytes.subarray(from, from + size)));
  return [...events, ...parser.close()];
}

/** The position of the event by which an answer may be called whole. */
function firstEnding(provider: ProviderDialect, events: readonly SseEvent[]): number {
  const reader = provider.createReader();
  return events.findIndex((event) => {
    const isEnd = reader.read(event).some(({ type }) => type === "end");
    return isEnd || provider.createGauge().ofStream([event]).isWhole;
  });
}

const textsOf = ({ parts }: Answer): string[] =>
  parts.map((part) => (part.type === "tool_call" ? part.arguments : part.text)).filter((text) => text !== "");

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** A provider in OpenAI's dialect whose answer to the call of model `call-17` counts tokens that no other call has. */
export interface CountedUpstream {
  /** What a provider of kind `openai-compatible` has as its address. */
  baseUrl: string;
  /** The numbers of the calls that reached it, in their order. */
  asked: number[];
  /** How many streams stand in their midst just now, until some more calls were asked. */
  held(): number;
  /** Lets all streams run to their ends from now on. */
  release(): void;
  stop(): void;
}

/** One stream of so many is held, until so many more calls were asked. */
const HELD_ONE_OF = 8;
const HELD_CALLS = 20;

/** The model by which a call has a number of its own. */
export const modelOfCall = (call: number): string => `call-${call}`;

/** What is counted for a call. */
export const tokensOfCall = (call: number) => ({ inputTokens: 1_000 + call, outputTokens: 1 + (call % 7) });

export async function startCountedUpstream(): Promise<CountedUpstream> {
  const asked: number[] = [];
  const holding = new Map<number, () => void>();
  let isReleased = false;

  /** Resolves when so many more calls were asked, or nobody listens any more. */
  async function hold(call: number, response: ServerResponse): Promise<void> {
    if (isReleased || response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    holding.set(call, resolve);
    response.once("close", resolve);
    await promise;
    holding.delete(call);
  }

  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { model, stream } = JSON.parse(Buffer.concat(pieces).toString()) as { model: string; stream?: boolean };
    const call = Number(/^call-(\d+)$/.exec(model)?.[1]);
    asked.push(call);
    for (const [held, resume] of holding) if (held <= call - HELD_CALLS) resume();
    if (stream === true) await streamAnswer(response, model, call, () => hold(call, response));
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(wholeAnswer(model, call)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    asked,
    held: () => holding.size,
    release() {
      isReleased = true;
      for (const resume of holding.values()) resume();
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const head = (model: string, object: string) => ({ id: "chatcmpl-1", object, created: 1_700_000_000, model });

function usageOf(call: number): object {
  const { inputTokens, outputTokens } = tokensOfCall(call);
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

const wholeAnswer = (model: string, call: number): object => ({
  ...head(model, "chat.completion"),
  choices: [{ index: 0, message: { role: "assistant", content: words(call).join("") }, finish_reason: "stop" }],
  usage: usageOf(call),
});

const words = (call: number): string[] => Array.from({ length: tokensOfCall(call).outputTokens }, () => "tide ");

/** Some pause between their words for a turn or more, and some for longer, so that a process that ends does so in their midst. */
async function streamAnswer(
  response: ServerResponse,
  model: string,
  call: number,
  hold: () => Promise<void>,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const write = (fields: object) =>
    response.write(`data: ${JSON.stringify({ ...head(model, "chat.completion.chunk"), ...fields })}\n\n`);
  for (const content of words(call)) {
    write({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    for (let turns = 0; turns < call % 5; turns += 1) await turn();
  }
  if (call % HELD_ONE_OF === 0) await hold();
  write({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  write({ choices: [], usage: usageOf(call) });
  response.end("data: [DONE]\n\n");
}

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A provider of models on this machine, which speaks OpenAI's dialect and costs nothing. */
export interface ModelUpstream {
  /** What a provider of kind `openai-compatible` has as its address. */
  baseUrl: string;
  stop(): void;
}

/** The one model that it has, and what it counts for each call. */
export const upstreamModel = { name: "small", inputTokens: 12, outputTokens: 3 } as const;

const { name: model, inputTokens, outputTokens } = upstreamModel;
const usage = {
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
};
const head = { id: "chatcmpl-1", created: 1_700_000_000, model };
const WORDS = ["The ", "tide ", "turns."];

/** Starts one. */
export async function startModelUpstream(): Promise<ModelUpstream> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const isStreamed = /"stream":\s*true/.test(Buffer.concat(pieces).toString());
    if (request.url?.endsWith("/models")) answer(response, { object: "list", data: [{ id: model, object: "model" }] });
    else if (isStreamed) stream(response);
    else answer(response, whole);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const message = { role: "assistant", content: WORDS.join("") };
const whole = {
  ...head,
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: "stop" }],
  usage,
};

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const write = (fields: object) =>
    response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...fields })}\n\n`);
  for (const content of WORDS) write({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  write({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  write({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

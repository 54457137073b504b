import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { type Reply, type SpelledEvent, type Speller, spellers, USAGE } from "./provider-answers.ts";

/** How a provider answers one request; all of it is left out for one that behaves. */
export interface Script extends Reply {
  /** A refusal in place of an answer. */
  refuses?: { status: number; body: unknown; headers?: Record<string, string> };
  /** Closes the connection before any byte of an answer. */
  hangsUp?: boolean;
  /** Answers in one piece, also where a stream is asked for. */
  wholly?: boolean;
  /** The answer, whole or from so many delivering events on, waits for this. */
  waits?: { for: Promise<unknown>; after?: number };
  /** Breaks the connection after so many delivering events; of a whole answer, in its middle. */
  cutAfter?: number;
  /** Says so in an event, as its dialect does, after so many delivering events. */
  failsAfter?: number;
  /** Every byte is a write of its own. */
  bytewise?: boolean;
  /** Lines end in CRLF, with comments and events without content between them. */
  crlf?: boolean;
  /** The last event has no blank line behind it. */
  endsBare?: boolean;
  /** These bytes in place of what its dialect would say. */
  raw?: { contentType: string; body: string };
}

/** One request that a provider got, and what it delivered. */
export interface ReceivedCall {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what its dialect says.
  body: any;
  /** Every byte that was written as the answer's body. */
  sent: string;
  /** What of the answer's content was written. */
  delivered: string;
  /** Resolves when the answer's connection is done with; with true where the reader left before its end. */
  closed: Promise<boolean>;
}

/** A server on this machine that speaks as OpenAI, Anthropic and Gemini do. */
export interface ModelProvider {
  /** Without a path; what each kind wants behind it is `baseUrlOf`. */
  url: string;
  calls: ReceivedCall[];
  /** What all requests from now on are answered with; a function decides for each. */
  script: Script | ((call: ReceivedCall) => Script);
  stop(): Promise<void>;
}

/** The base address of a provider of this kind at such a server. */
export const baseUrlOf = (kind: string, url: string): string =>
  kind === "anthropic" || kind === "gemini" ? url : `${url}/v1`;

const VECTOR = [0.25, -0.5, 1];

export async function startModelProvider(
  script: ModelProvider["script"] = { text: "Good day." },
): Promise<ModelProvider> {
  const provider: ModelProvider = { url: "", calls: [], script, stop };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = receive(request, response, Buffer.concat(chunks).toString("utf8"));
      provider.calls.push(call);
      const chosen = typeof provider.script === "function" ? provider.script(call) : provider.script;
      // A reader that leaves makes writing fail, which is what some tests are about.
      answer(call, response, chosen).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;

  function stop(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }
}

function receive(request: IncomingMessage, response: ServerResponse, text: string): ReceivedCall {
  const closed = new Promise<boolean>((resolve) => {
    response.once("close", () => resolve(!response.writableFinished));
  });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { path: request.url ?? "", headers: request.headers, text, body, sent: "", delivered: "", closed };
}

async function answer(call: ReceivedCall, response: ServerResponse, script: Script): Promise<void> {
  const { refuses, raw, waits } = script;
  if (script.hangsUp === true) return void response.destroy();
  if (waits !== undefined && waits.after === undefined) await waits.for;
  if (refuses !== undefined) return sendJson(call, response, refuses.status, refuses.body, refuses.headers);
  if (raw !== undefined) {
    call.sent = raw.body;
    return void response.writeHead(200, { "content-type": raw.contentType }).end(raw.body);
  }
  if (call.path.endsWith("/count_tokens")) return sendJson(call, response, 200, { input_tokens: 77 });
  if (call.path.endsWith("/embeddings")) return sendJson(call, response, 200, embeddings(call));
  if (call.path.endsWith(":batchEmbedContents")) {
    const requests: unknown[] = call.body.requests;
    return sendJson(call, response, 200, {
      embeddings: requests.map(() => ({ values: VECTOR })),
      usageMetadata: { promptTokenCount: requests.length * 3 },
    });
  }
  const [speller, streamed, model] = spellerOf(call);
  if (streamed && script.wholly !== true)
    return stream(call, response, script, speller.events(script, model, call.body));
  call.delivered = (script.thinking ?? "") + (script.text ?? "");
  sendJson(call, response, 200, speller.whole(script, model), {}, script.cutAfter !== undefined);
}

function embeddings({ body }: ReceivedCall): object {
  const inputs: unknown[] = Array.isArray(body.input) ? body.input : [body.input];
  const bytes = Buffer.from(new Float32Array(VECTOR).buffer).toString("base64");
  const embedding = body.encoding_format === "base64" ? bytes : VECTOR;
  return {
    object: "list",
    model: body.model,
    data: inputs.map((_input, index) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: inputs.length * 3, total_tokens: inputs.length * 3 },
  };
}

function spellerOf({ path, body }: ReceivedCall): [speller: Speller, streamed: boolean, model: string] {
  const ofGemini = /^\/v1beta\/models\/([^:]+):(stream)?/i.exec(path);
  if (ofGemini !== null) return [spellers.gemini, ofGemini[2] !== undefined, decodeURIComponent(ofGemini[1] ?? "")];
  const dialects = { "/v1/chat/completions": "openai-chat", "/v1/responses": "openai-responses" } as const;
  const dialect = dialects[path as keyof typeof dialects] ?? "anthropic";
  return [spellers[dialect], body.stream === true, body.model];
}

function sendJson(
  call: ReceivedCall,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  isCut = false,
): void {
  call.sent = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = Buffer.from(call.sent);
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length, ...headers });
  if (!isCut) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

async function stream(
  call: ReceivedCall,
  response: ServerResponse,
  script: Script,
  events: readonly SpelledEvent[],
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  let delivering = 0;
  for (const [index, event] of events.entries()) {
    if (event.delivers !== "") {
      if (delivering === script.waits?.after) await script.waits?.for;
      if (delivering === script.cutAfter) return cut(response);
      if (delivering === script.failsAfter) {
        await write(call, response, script, { text: failureOf(call), delivers: "" });
        return void response.end();
      }
      delivering += 1;
    }
    const isBare = script.endsBare === true && index === events.length - 1;
    await write(call, response, script, isBare ? { ...event, text: event.text.trimEnd() } : event);
  }
  response.end();
}

/** What was written goes out first: a connection that is broken off at once would take it along. */
const cut = (response: ServerResponse): void => void response.write("", () => setImmediate(() => response.destroy()));

function failureOf({ path }: ReceivedCall): string {
  const error = { type: "overloaded_error", code: "overloaded", message: "Too much to do just now." };
  if (path === "/v1/messages") return `event: error\ndata: ${JSON.stringify({ type: "error", error })}\n\n`;
  if (path === "/v1/responses") return `event: error\ndata: ${JSON.stringify({ ...error, type: "error" })}\n\n`;
  return `data: ${JSON.stringify({ error })}\n\n`;
}

async function write(call: ReceivedCall, response: ServerResponse, script: Script, event: SpelledEvent): Promise<void> {
  const { bytewise = false, crlf = false } = script;
  const text = crlf ? `: a comment\r\n\r\n${event.text.replaceAll("\n", "\r\n")}` : event.text;
  if (response.destroyed) throw new Error("The reader left.");
  call.sent += text;
  call.delivered += event.delivers;
  const bytes = Buffer.from(text);
  if (!bytewise) response.write(bytes);
  else for (const byte of bytes) response.write(Buffer.of(byte));
  await turn();
}

/** What the default script's usage costs and counts, for tests that sum up. */
export const TOKENS_A_CALL = USAGE.input + USAGE.output;

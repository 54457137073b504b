import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { crc32 } from "node:zlib";

/** What the server answers: a body of JSON, or the frames of a stream. */
export interface BedrockAnswer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  frames?: Buffer[];
  /** What the stream waits for before it ends. */
  waits?: Promise<unknown>;
  /** Whether the connection is cut instead of ended. */
  cuts?: boolean;
}

export interface BedrockRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

interface FakeBedrock {
  baseUrl: string;
  asked: BedrockRequest[];
}

const servers = new Set<Server>();
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that speaks Bedrock's protocol: JSON, and AWS's binary frames in pieces that cut them. */
export async function serveBedrock(answer: BedrockAnswer): Promise<FakeBedrock> {
  const asked: BedrockRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(body) as BedrockRequest["body"] });
    const { status = 200, headers, json, text, frames, cuts, waits } = answer;
    const type = frames === undefined ? "application/json" : "application/vnd.amazon.eventstream";
    response.writeHead(status, { "content-type": type, "x-amzn-requestid": "request-1", ...headers });
    if (frames === undefined) return response.end(text ?? JSON.stringify(json));
    const bytes = Buffer.concat(frames);
    for (let from = 0; from < bytes.length; from += 11) {
      response.write(bytes.subarray(from, from + 11));
      await nextTurn();
    }
    await waits;
    return cuts ? response.destroy() : response.end();
  });
  servers.add(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
  };
}

/** One frame of `application/vnd.amazon.eventstream`: lengths, headers and payload, with a sum over each part. */
export function frame(name: string, payload: unknown, kind: "event" | "exception" = "event"): Buffer {
  const headers = Buffer.concat([
    header(":message-type", kind),
    header(kind === "event" ? ":event-type" : ":exception-type", name),
    header(":content-type", "application/json"),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headers, body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(message));
  return Buffer.concat([message, sum]);
}

/** A header of type 7, a text. */
function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([7]),
    length,
    Buffer.from(value),
  ]);
}

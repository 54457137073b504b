import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

/** What the server answers to the next request. */
interface ServedAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** A whole body as an object, a stream as its text. */
  body: string | Record<string, unknown>;
}

interface AnswerServer {
  baseUrl: string;
  /** The bodies that were asked with, in order. */
  asked: Record<string, unknown>[];
}

/** Pieces of these sizes cut lines, events and characters of several bytes alike. */
const PIECES = [1, 2, 5, 3, 17, 1, 64, 7];

const servers = new Set<Server>();
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves an answer to official clients: a stream in awkward pieces, as networks cut it. */
export async function serveAnswer(answer: ServedAnswer): Promise<AnswerServer> {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    asked.push(JSON.parse(Buffer.concat(pieces).toString("utf8")) as Record<string, unknown>);
    const { status = 200, headers = {}, body } = answer;
    if (typeof body !== "string") {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
      return;
    }
    response.writeHead(status, { "content-type": "text/event-stream; charset=utf-8", ...headers });
    response.socket?.setNoDelay(true);
    const bytes = Buffer.from(body);
    for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
      const size = PIECES[turn % PIECES.length] ?? 1;
      response.write(bytes.subarray(from, from + size));
      from += size;
      await nextTurn();
    }
    response.end();
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

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the stand-in saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What the stand-in answers; `undefined` breaks the connection off instead. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
}

/** For tests: a real HTTP server that answers as a test says, where the real reef would not misbehave on demand. */
export async function startStandIn(answer: (request: SeenRequest) => Answer | undefined | Promise<Answer | undefined>) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: await text(incoming),
    };
    seen.push(request);
    const given = await answer(request);
    if (given === undefined) {
      incoming.socket.destroy();
      return;
    }
    const { status = 200, headers = {}, json, text: plain } = given;
    outgoing.writeHead(status, { "Content-Type": "application/json", ...headers });
    outgoing.end(plain ?? (json === undefined ? "" : JSON.stringify(json)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    /** The requests to one path. */
    to: (path: string) => seen.filter((request) => request.path.split("?")[0] === path),
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A server that {@link startStandIn} started. */
export type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** A problem document (RFC 9457). */
export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  headers: { "Content-Type": "application/problem+json", "X-Request-Id": "req-1" },
  json: { type: "about:blank", title: "Refused", status, detail: "Do something else.", code, ...more },
});

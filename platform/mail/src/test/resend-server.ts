import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it. */
export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** A server in the place of Resend's API. */
export interface TestResendServer {
  url: string;
  requests: ReceivedRequest[];
  /** The status of the answers from now on; undefined means that there is none. */
  answer(status: number | undefined): void;
  close(): Promise<void>;
}

export async function startResendServer(): Promise<TestResendServer> {
  const requests: ReceivedRequest[] = [];
  let status: number | undefined = 200;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    requests.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
    if (status === undefined) return;
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(status < 300 ? { id: "1" } : { name: "some_error", message: text }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test's upstream answers to one request. */
interface UpstreamAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A server on this machine that stands for a provider of models. */
export interface TestUpstream {
  url: string;
  requests: { path: string; headers: IncomingMessage["headers"] }[];
  stop(): void;
}

/** Starts one that answers every request with what `answer` says. */
export async function startUpstream(answer: (request: IncomingMessage) => UpstreamAnswer): Promise<TestUpstream> {
  const requests: TestUpstream["requests"] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", headers: request.headers });
    const { status = 200, headers = {}, body } = answer(request);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

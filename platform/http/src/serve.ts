import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { HttpApp } from "./create-app.ts";
import { httpErrors } from "./errors.ts";
import { problemDocument } from "./problem-response.ts";
import { ReefResponse } from "./reef-response.ts";

export interface RunningServer {
  /** The port that it listens on; the given one, or the one that the system chose for 0. */
  port: number;
  /** Lets running requests end, for `graceSeconds` at most, and takes no new ones. */
  stop(graceSeconds: number): Promise<void>;
}

export interface ServeOptions {
  host: string;
  port: number;
  publicUrl: string;
  /** Sees each request before the application does; the first that takes one answers it. */
  planes?: readonly RequestPlane[];
}

/** What answers requests of its own kind at the lowest cost, beside the application: it speaks to node's own streams. */
export interface RequestPlane {
  /** Takes a request that is its own, and says so; any other it leaves untouched. */
  take(request: IncomingMessage, response: ReefResponse): boolean;
}

/** Serves the application on a TCP port. Rejects with the system's error when the port is taken or not allowed. */
export async function serve(app: HttpApp, options: ServeOptions): Promise<RunningServer> {
  const answer = getRequestListener(app.fetch);
  const secure = options.publicUrl.startsWith("https:");
  const { planes = [] } = options;
  const server = createServer({ ServerResponse: ReefResponse }, (request, response) => {
    if (secure) response.extraHeaders["strict-transport-security"] = "max-age=31536000; includeSubDomains";
    if (!planes.some((plane) => plane.take(request, response))) void answer(request, response);
  });
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== "ECONNRESET") socket.end(malformedRequest(options));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: (graceSeconds) => stop(server, graceSeconds) };
}

/** What is not HTTP never reaches the application, but it gets a problem document as well. */
function malformedRequest({ publicUrl }: ServeOptions): string {
  const problem = httpErrors.invalid_request({ detail: "This is not an HTTP request that the server can read." });
  const body = JSON.stringify(problemDocument(problem, { publicUrl, instance: "", requestId: randomUUID() }));
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

function stop(server: Server<typeof IncomingMessage, typeof ReefResponse>, graceSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { findFreePort } from "./start-server.ts";

/** A request that stands before a closed gate. */
interface HeldRequest {
  /** Lets it through to the reef; gives what lets the reef's answer through. */
  forward(): Promise<() => void>;
}

/** What stands between the programs and a reef, so that a test can say in which order they are served. */
export interface StartedGate {
  /** Where it listens; the reef needs it as its `REEF_PUBLIC_URL`. */
  url: string;
  /** Leads to this reef. */
  leadTo(target: string): void;
  /** Holds the requests to this path from now on; undefined lets all through. Whoever waits for the next one waits no more. */
  hold(path: string | undefined): void;
  /** The next request that is held. */
  next(): Promise<HeldRequest>;
  stop(): void;
}

const HOP_BY_HOP = ["connection", "content-length", "content-encoding", "host", "keep-alive", "transfer-encoding"];

/** Starts one. */
export async function startGate(): Promise<StartedGate> {
  const held: HeldRequest[] = [];
  let waiting: ((request: HeldRequest) => void)[] = [];
  let target = "";
  let heldPath: string | undefined;
  const port = await findFreePort();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const forward = async () => {
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? "GET",
        headers: headersOf(request),
        body: body.length === 0 ? null : new Uint8Array(body),
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return () => {
        const headers = [...answer.headers].filter(([name]) => !HOP_BY_HOP.includes(name));
        response.writeHead(answer.status, Object.fromEntries(headers)).end(bytes);
      };
    };
    if (request.url !== heldPath) return (await forward())();
    const next = waiting.shift();
    if (next === undefined) held.push({ forward });
    else next({ forward });
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${port}`,
    leadTo(url) {
      target = url;
    },
    hold(path) {
      heldPath = path;
      waiting = [];
    },
    next() {
      const first = held.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that waits on its way. */
interface Waiting {
  /** Resolves when it has come. */
  come: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** A way to the stand-in for Stripe on which requests may be made to wait. */
export interface SlowWay {
  port: number;
  /** The next request of this kind, such as `GET /v1/subscriptions?`, waits before the stand-in sees it. */
  hold(beginning: string): Waiting;
  stop(): void;
}

/** Opens one; what is not held goes through as it comes. */
export async function openSlowWay(standInPort: number): Promise<SlowWay> {
  const held: { beginning: string; come(): void; released: Promise<void> }[] = [];

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const index = held.findIndex(({ beginning }) => `${incoming.method} ${incoming.url}`.startsWith(beginning));
    if (index !== -1) {
      const [one] = held.splice(index, 1);
      one?.come();
      await one?.released;
    }
    const { method, url, headers } = incoming;
    const onward = ask(
      {
        port: standInPort,
        host: "127.0.0.1",
        method,
        path: url,
        headers: { ...headers, host: `127.0.0.1:${standInPort}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }

  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hold(beginning) {
      const [come, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held.push({ beginning, come: come.resolve, released: released.promise });
      return { come: come.promise, release: released.resolve };
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

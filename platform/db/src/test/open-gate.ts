import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to the server that can be cut, and refuses as many connections as it is told to. */
export async function openGate(serverUrl: string) {
  const { hostname, port } = new URL(serverUrl);
  const open = new Set<Socket>();
  let attempts = 0;
  let refusals = 0;
  const gate = createServer((incoming) => {
    attempts += 1;
    incoming.on("error", () => {});
    if (refusals > 0) {
      refusals -= 1;
      incoming.destroy();
      return;
    }
    const outgoing = connect(Number(port) || 5432, hostname);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String((gate.address() as AddressInfo).port);
  return {
    url: url.href,
    attempts: () => attempts,
    /** Breaks what is open, and refuses the next `count` that come. */
    cut(count: number) {
      refusals = count;
      for (const socket of open) socket.destroy();
    },
    close() {
      gate.close();
      for (const socket of open) socket.destroy();
    },
  };
}

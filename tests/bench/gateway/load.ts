import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const WARM_UP_MS = 1_000;

/** What so many clients, each with one request on its way, saw of a server. */
export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Until the first byte of a body, in the middle. */
  firstByteP50Ms: number;
  /** What a call took of the processors in the process that was called, in microseconds. */
  processorMicros: number;
}

export interface LoadOptions {
  url: string;
  headers: Record<string, string>;
  body: string;
  clients: number;
  seconds: number;
  /** What the process that is called has used of the processors so far. */
  processorMicros(): number;
}

/** A request as bytes: the load must cost less than what it measures, so nothing is built or parsed that is not needed. */
function requestOf({ url, headers, body }: LoadOptions): Buffer {
  const { host, pathname } = new URL(url);
  const fields = { host, "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** How a body in chunks ends (RFC 9112, 7.1). */
const END = "0\r\n\r\n";

/** One client: sends, waits until the answer is whole, sends again. @throws for any status but 200. */
function startClient(
  options: LoadOptions,
  request: Buffer,
  onAnswer: (ms: number, firstByteMs: number) => void,
): Socket {
  const { hostname, port } = new URL(options.url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  let sentAt = 0;
  let firstByteMs = 0;
  /** The head, until it is whole; then the last bytes alone, in which a body in chunks shows its end. */
  let received = "";
  /** What is missing of a body whose length was told; infinite for one in chunks. */
  let bytesDue = Number.NaN;
  const send = () => {
    received = "";
    bytesDue = Number.NaN;
    sentAt = performance.now();
    firstByteMs = 0;
    socket.write(request);
  };
  const readHead = (): number => {
    const end = received.indexOf("\r\n\r\n");
    if (end === -1) return 0;
    if (!received.startsWith("HTTP/1.1 200")) throw new Error(`The server answered: ${received.slice(0, 2_000)}`);
    const length = /content-length: (\d+)/i.exec(received.slice(0, end));
    bytesDue = length === null ? Number.POSITIVE_INFINITY : Number(length[1]);
    return received.length - end - 4;
  };
  socket.on("connect", send);
  socket.on("data", (bytes: Buffer) => {
    received += bytes.toString("latin1", Number.isNaN(bytesDue) ? 0 : Math.max(0, bytes.length - END.length));
    const bodyBytes = Number.isNaN(bytesDue) ? readHead() : bytes.length;
    if (Number.isNaN(bytesDue)) return;
    if (firstByteMs === 0 && bodyBytes > 0) firstByteMs = performance.now() - sentAt;
    bytesDue -= bodyBytes;
    received = received.slice(-END.length);
    if (bytesDue > 0 && received !== END) return;
    onAnswer(performance.now() - sentAt, firstByteMs);
    send();
  });
  socket.on("error", (error) => {
    if (!socket.destroyed) throw error;
  });
  return socket;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Measures for so many seconds, after one of warming up. */
export async function measureLoad(options: LoadOptions): Promise<Load> {
  const request = requestOf(options);
  const times: number[] = [];
  const firstBytes: number[] = [];
  let isCounting = false;
  const sockets: Socket[] = [];
  for (let index = 0; index < options.clients; index += 1) {
    // One after the other over the whole second: clients that begin together stay together, where all take the same time.
    await sleep(WARM_UP_MS / (options.clients + 1));
    const socket = startClient(options, request, (ms, firstByteMs) => {
      if (!isCounting) return;
      times.push(ms);
      firstBytes.push(firstByteMs);
    });
    sockets.push(socket);
  }
  isCounting = true;
  const usedBefore = options.processorMicros();
  const beganAt = performance.now();
  await sleep(options.seconds * 1_000);
  const elapsedMs = performance.now() - beganAt;
  const used = options.processorMicros() - usedBefore;
  for (const socket of sockets) socket.destroy();
  times.sort((one, other) => one - other);
  firstBytes.sort((one, other) => one - other);
  return {
    perSecond: (times.length / elapsedMs) * 1_000,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    firstByteP50Ms: quantile(firstBytes, 0.5),
    processorMicros: used / times.length,
  };
}

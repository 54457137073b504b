/**
 * A model provider that costs next to nothing, since it shares the machine with what is measured: OpenAI's chat dialect on
 * bare sockets, whole or as 50 chunks of which each is a write of its own, one in each turn of its event loop. With
 * `"user":"pause-<ms>"` in the request it waits so long between two chunks. Prints its port.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";

const CHUNKS = 50;
const USAGE = { prompt_tokens: 12, completion_tokens: CHUNKS, total_tokens: 12 + CHUNKS };
const COMMON = { id: "chatcmpl-bench", created: 1_700_000_000, model: "bench" };

const message = { role: "assistant", content: "word ".repeat(CHUNKS) };
const answer = JSON.stringify({
  ...COMMON,
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: "stop" }],
  usage: USAGE,
});
const WHOLE = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
);

const event = (fields: object) =>
  `data: ${JSON.stringify({ ...COMMON, object: "chat.completion.chunk", ...fields })}\n\n`;
/** A chunk of HTTP/1.1 (RFC 9112, 7.1). */
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const word = chunk(event({ choices: [{ index: 0, delta: { content: "word " }, finish_reason: null }] }));
const end = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const FIRST = Buffer.from(HEAD + word);
const WORD = Buffer.from(word);
const LAST = Buffer.from(`${chunk(`${end}${event({ choices: [], usage: USAGE })}data: [DONE]\n\n`)}0\r\n\r\n`);

/** Sends a stream's next chunk, and says whether another one follows. */
type Step = () => boolean;
let streams: Step[] = [];

function stepAll(): void {
  streams = streams.filter((step) => step());
  if (streams.length > 0) setImmediate(stepAll);
}

function stream(socket: Socket, pauseMs: number): void {
  let sent = 0;
  const step: Step = () => {
    if (socket.destroyed) return false;
    socket.write(sent === 0 ? FIRST : sent < CHUNKS ? WORD : LAST);
    sent += 1;
    return sent <= CHUNKS;
  };
  if (pauseMs === 0) {
    step();
    if (streams.push(step) === 1) setImmediate(stepAll);
  } else if (step()) {
    const timer = setInterval(() => step() || clearInterval(timer), pauseMs);
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    received += bytes.toString("latin1");
    const bodyAt = received.indexOf("\r\n\r\n") + 4;
    const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
    if (bodyAt === 3 || received.length < bodyAt + length) return;
    const request = received;
    received = "";
    if (!request.includes('"stream":true')) socket.write(WHOLE);
    else stream(socket, Number(/"user":"pause-(\d+)"/.exec(request)?.[1] ?? 0));
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

/**
 * A model provider that costs nothing: OpenAI's chat dialect over node:http, whole or as 50 chunks of which each is a
 * write of its own. `x-pause-ms` in the path's query makes it wait so long between two chunks. Prints its port.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";

const CHUNKS = 50;
const USAGE = { prompt_tokens: 12, completion_tokens: CHUNKS, total_tokens: 12 + CHUNKS };
const WHOLE = Buffer.from(
  JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "bench",
    choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(CHUNKS) }, finish_reason: "stop" }],
    usage: USAGE,
  }),
);
const chunk = (fields: object) =>
  `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1_700_000_000, model: "bench", ...fields })}\n\n`;
const WORD = chunk({ choices: [{ index: 0, delta: { content: "word " }, finish_reason: null }] });
const LAST = chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const COUNT = chunk({ choices: [], usage: USAGE });

async function stream(response: ServerResponse, pauseMs: number): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let index = 0; index < CHUNKS && !response.destroyed; index += 1) {
    response.write(WORD);
    await (pauseMs === 0 ? turn() : sleep(pauseMs));
  }
  response.end(`${LAST}${COUNT}data: [DONE]\n\n`);
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    const pauseMs = Number(/"user":"pause-(\d+)"/.exec(body.toString("latin1"))?.[1] ?? 0);
    if (body.includes('"stream":true')) void stream(response, pauseMs);
    else response.writeHead(200, { "content-type": "application/json", "content-length": WHOLE.length }).end(WHOLE);
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

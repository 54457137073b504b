import { type ClientRequest, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface HeldStreams<Result> {
  url: string;
  secret: string;
  streams: number;
  /** Called once, when all are open. */
  whileHeld(): Result;
}

/** How long the upstream waits between two chunks of a slow stream. */
const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Opens so many streams at once, each of which goes on for 25 s, looks, and leaves them. */
export async function holdStreams<Result>(options: HeldStreams<Result>): Promise<{ open: number; result: Result }> {
  const body = JSON.stringify({
    model: "bench",
    stream: true,
    user: `pause-${PAUSE_MS}`,
    messages: [{ role: "user", content: "Say fifty words, slowly." }],
  });
  const headers = { "content-type": "application/json", authorization: `Bearer ${options.secret}` };
  let open = 0;
  const requests: ClientRequest[] = [];
  for (let index = 0; index < options.streams; index += 1) {
    const one = request(options.url, { method: "POST", headers, agent: false }, (response) => {
      if (response.statusCode !== 200) throw new Error(`A held stream was answered with ${response.statusCode}.`);
      response.once("data", () => {
        open += 1;
      });
      response.on("error", () => {});
    });
    one.on("error", () => {});
    one.end(body);
    requests.push(one);
    // What arrives faster than a listener's queue is long would be tried again only after a second.
    if (index % 100 === 99) await sleep(20);
  }
  for (let waited = 0; open < options.streams && waited < PATIENCE_MS; waited += 100) await sleep(100);
  const seen = { open, result: options.whileHeld() };
  for (const one of requests) one.destroy();
  return seen;
}

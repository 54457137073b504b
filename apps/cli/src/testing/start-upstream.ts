import { once } from "node:events";
import { createServer } from "node:http";

/** A provider of models on this machine that costs nothing; it lists one model, `small`, and counts 12 and 3 tokens a call. */
export interface StartedUpstream {
  /** The address of a provider of kind `openai-compatible`. */
  baseUrl: string;
  /** What requests had as their authorization. */
  authorizations: (string | undefined)[];
  stop(): void;
}

const answers: Readonly<Record<string, object>> = {
  "/v1/models": { object: "list", data: [{ id: "small", object: "model" }] },
  "/v1/chat/completions": {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "small",
    choices: [{ index: 0, message: { role: "assistant", content: "The tide turns." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  },
};

/** Starts one. */
export async function startUpstream(): Promise<StartedUpstream> {
  const authorizations: StartedUpstream["authorizations"] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const answer = answers[request.url ?? ""];
    request.resume().on("end", () => {
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    authorizations,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

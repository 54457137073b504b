import { request as send } from "node:http";
import type { RunningReef } from "../test-reef.ts";

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a server sends to a test may be anything, and the test checks it.
type AnyBody = any;

/** An answer with its body as text and, where it is JSON, parsed. */
export interface HostAnswer {
  status: number | undefined;
  type: string | undefined;
  text: string;
  body: AnyBody;
  cookies: readonly string[];
}

/** A request with any `Host`, which `fetch` does not allow; headers that are undefined are left out. */
export function ask(
  reef: RunningReef,
  path: string,
  {
    method = "GET",
    token,
    body,
    ...headers
  }: { method?: string; token?: string; body?: object } & Record<string, unknown> = {},
): Promise<HostAnswer> {
  const given = {
    ...headers,
    authorization: token && `Bearer ${token}`,
    "content-type": body && "application/json",
  };
  const set = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return new Promise((resolve, reject) => {
    const request = send(`${reef.url}${path}`, { method, headers: Object.fromEntries(set) }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      const type = response.headers["content-type"];
      const parsed = type?.includes("json") ? JSON.parse(text) : undefined;
      const cookies = response.headers["set-cookie"] ?? [];
      resolve({ status: response.statusCode, type, text, body: parsed, cookies });
    });
    request.on("error", reject).end(body && JSON.stringify(body));
  });
}

import type { Credentials } from "../../support/people.ts";

/** What a request is. */
interface Asked {
  method?: "GET" | "POST" | "PUT";
  body?: object;
}

/** What the reef at `url` answers; throws when it refuses. */
export async function ask(
  url: string,
  path: string,
  credentials: Credentials,
  { method = "GET", body }: Asked = {},
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what is answered.
): Promise<any> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...credentials },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

import { createServer } from "node:http";
import type { Reef } from "@reef/sdk";
import { findFreePort } from "../../support/reef-process.ts";

/** An OAuth client that describes itself by a document (a client-ID metadata document), as the suite plays it. */
export async function startClientDocument(callbackPort: number) {
  const port = await findFreePort();
  const clientId = `http://127.0.0.1:${port}/client.json`;
  const document = {
    client_id: clientId,
    client_name: "The conformance suite",
    redirect_uris: [`http://127.0.0.1:${callbackPort}/callback`],
    token_endpoint_auth_method: "none",
  };
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { clientId, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/**
 * Does what a person does with the address that the suite prints: opens it, lets the agent approve the code that the page
 * shows, and goes on until the browser is back at the client.
 */
export async function approveInBrowser(address: string, agent: Reef): Promise<void> {
  const { origin } = new URL(address);
  const cookies = new Map<string, string>();
  async function open(url: string) {
    const Cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { Cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    return { text: await response.text(), next: location === null ? undefined : new URL(location, url).href };
  }
  const page = (await open(address)).next ?? "";
  const { text } = await open(page);
  const [code] = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(text) ?? [];
  if (code === undefined) throw new Error(`The page shows no code:\n${text}`);
  await agent.identity.approveAuthorization({ code });
  let next: string | undefined = page;
  while (next?.startsWith(origin)) next = (await open(next)).next;
  if (next === undefined) throw new Error("The browser did not come back to the client.");
  await fetch(next);
}

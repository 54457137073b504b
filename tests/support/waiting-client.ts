import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A program that asks agents to let it act for them. */
export interface WaitingClient {
  /** Begins anew, as a browser without a past, and tells the code that the page shows. */
  requestAuthorization(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a program on this machine, whose reef has to allow such (`REEF_OAUTH_LOCAL_CLIENTS`). */
export async function startWaitingClient(reefUrl: string): Promise<WaitingClient> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ client_id: `${base}/client.json`, redirect_uris: [`${base}/callback`] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    async requestAuthorization() {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: `${base}/client.json`,
        redirect_uri: `${base}/callback`,
        code_challenge: createHash("sha256").update(randomBytes(32)).digest("base64url"),
        code_challenge_method: "S256",
        scope: "diary:read",
      });
      const begun = await fetch(`${reefUrl}/oauth2/authorize?${query}`, { redirect: "manual" });
      const cookies = begun.headers.getSetCookie().map((line) => line.replace(/;.*/s, ""));
      const page = new URL(begun.headers.get("location") ?? "", reefUrl);
      const shown = await (await fetch(page, { headers: { Cookie: cookies.join("; ") } })).text();
      const [code] = /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(shown) ?? [];
      if (code === undefined) throw new Error(`No code on the page: ${begun.status} ${shown}`);
      return code;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { RunningReef } from "../test-reef.ts";

/** A program that a test plays: it describes itself on this machine, and gets its codes there. */
export interface TestProgram {
  clientId: string;
  redirectUri: string;
  /** What the document says, besides its own address; a test may change it. */
  document: Record<string, unknown>;
  /** How often the document was read. */
  reads: number;
  stop(): Promise<void>;
}

export async function startProgram(): Promise<TestProgram> {
  const server = createServer((request, response) => {
    if (request.url !== "/client.json") {
      response.writeHead(404).end();
      return;
    }
    program.reads += 1;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ client_id: program.clientId, ...program.document }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const program: TestProgram = {
    clientId: `http://127.0.0.1:${address.port}/client.json`,
    redirectUri: "http://127.0.0.1:7777/callback",
    document: { client_name: "A program", redirect_uris: ["http://127.0.0.1/callback", "cursor://reef/callback"] },
    reads: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return program;
}

/** The code that the page of a request shows. A client's id, or the address of the page, may look like one. */
export const userCodeOn = (page: string): string => /reef mcp approve <strong>([^<]+)</.exec(page)?.[1] ?? "";

/** A browser: it keeps cookies by path and follows no redirect by itself. */
export function createBrowser(reef: RunningReef, publicUrl: string) {
  const cookies = new Map<string, { value: string; path: string }>();

  async function send(path: string, init: RequestInit = {}) {
    const sent = Array.from(cookies)
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`);
    const headers = {
      ...(sent.length > 0 && { Cookie: sent.join("; ") }),
      ...(init.headers as Record<string, string>),
    };
    const response = await fetch(`${reef.url}${path}`, { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, { value, path: /path=([^;]+)/i.exec(line)?.[1] ?? "/" });
    }
    // The reef calls itself by its public address, which in a test is not where it listens.
    const location = response.headers.get("location")?.replace(publicUrl, "") ?? undefined;
    return { status: response.status, headers: response.headers, location, text: await response.text() };
  }

  return {
    cookies,
    get: (path: string) => send(path),
    post: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      send(path, { method: "POST", body: new URLSearchParams(form), headers }),
  };
}

export type Browser = ReturnType<typeof createBrowser>;

/** A PKCE pair (RFC 7636). */
export function newPkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The query of an authorization request; what is undefined is left out. */
export function authorizePath(
  program: TestProgram,
  challenge: string,
  changes: Record<string, string | undefined> = {},
): string {
  const parameters = {
    response_type: "code",
    client_id: program.clientId,
    redirect_uri: program.redirectUri,
    code_challenge: challenge,
    code_challenge_method: "S256",
    scope: "diary:read agent:profile",
    state: "a-state",
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/oauth2/authorize?${new URLSearchParams(given)}`;
}

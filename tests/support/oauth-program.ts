import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { SignedInPerson } from "./people.ts";

/** A program on this machine that asks to act for somebody; a reef has to allow such (`REEF_OAUTH_LOCAL_CLIENTS`). */
export interface OAuthProgram {
  /** The address of the document in which it describes itself. */
  clientId: string;
  /** Host and port, by which people and agents are told of it. */
  host: string;
  /** Where the answer is to go. */
  redirectUri: string;
  /** Where it sends whoever is to let it in, anew each time. */
  authorizeAddress(reefUrl: string, scope: string): string;
  /** Begins to speak MCP with a reef by the official client, up to where somebody has to let it in. */
  connect(reefUrl: string): Promise<PendingConnection>;
  stop(): Promise<void>;
}

/** A program that waits to be let in. */
interface PendingConnection {
  /** The address that it sends its user to. */
  sentTo: URL;
  /** Goes on with the address to which the user was sent back. */
  finish(returned: string): Promise<Client>;
}

/** The code that the reef's page shows, for an agent to approve. An address on the page may look like one. */
const USER_CODE = /reef mcp approve <strong>([^<]+)</;

/** Starts one. Its document names no port of the answer's address, as RFC 8252 (7.3) has it for programs on a machine. */
export async function startOAuthProgram(): Promise<OAuthProgram> {
  const server = createServer((request, response) => {
    if (request.url !== "/client.json") return response.end("The program goes on.");
    response.setHeader("Content-Type", "application/json");
    const redirectUris = ["http://127.0.0.1/callback"];
    response.end(
      JSON.stringify({ client_id: clientId, redirect_uris: redirectUris, token_endpoint_auth_method: "none" }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = `http://${host}/client.json`;
  const redirectUri = `http://${host}/callback`;
  return {
    clientId,
    host,
    redirectUri,
    authorizeAddress(reefUrl, scope) {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: createHash("sha256").update(randomBytes(32)).digest("base64url"),
        code_challenge_method: "S256",
        scope,
      });
      return `${reefUrl}/oauth2/authorize?${query}`;
    },
    connect: (reefUrl) => connect(new URL(`${reefUrl}/mcp`), clientId, redirectUri),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function connect(endpoint: URL, clientId: string, redirectUri: string): Promise<PendingConnection> {
  let verifier = "";
  let sentTo: URL | undefined;
  let tokens: Awaited<ReturnType<OAuthClientProvider["tokens"]>>;
  const authProvider: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: { redirect_uris: [redirectUri] },
    clientInformation: () => ({ client_id: clientId }),
    tokens: () => tokens,
    saveTokens: (saved) => {
      tokens = saved;
    },
    redirectToAuthorization: (url) => {
      sentTo = url;
    },
    saveCodeVerifier: (saved) => {
      verifier = saved;
    },
    codeVerifier: () => verifier,
  };
  const newClient = () => new Client({ name: "program", version: "1" });
  const transport = new StreamableHTTPClientTransport(endpoint, { authProvider });
  const error = await newClient()
    .connect(transport)
    .catch((refusal: unknown) => refusal);
  if (sentTo === undefined) throw new Error("The program was sent nowhere to be let in.", { cause: error });
  return {
    sentTo,
    async finish(returned) {
      await transport.finishAuth(new URL(returned).searchParams);
      const client = newClient();
      await client.connect(new StreamableHTTPClientTransport(endpoint, { authProvider }));
      return client;
    },
  };
}

/** Where a browser was sent, an absolute address or empty, and the page that it was given. */
interface Opened {
  location: string;
  text: string;
}

/** A browser without pictures or scripts, in which a person is signed in or nobody: opens an address or sends a form. */
export function createPlainBrowser(
  url: string,
  person?: SignedInPerson,
): (address: string, form?: Record<string, string>) => Promise<Opened> {
  const cookies = new Map<string, string>();
  const keep = (line: string) => {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  };
  if (person?.byCookie.Cookie !== undefined) keep(person.byCookie.Cookie);
  return async (address, form) => {
    const Cookie = Array.from(cookies, (pair) => pair.join("=")).join("; ");
    const asked = new URL(address, url);
    const response = await fetch(asked, {
      redirect: "manual",
      headers: { Cookie, ...(form && { Origin: url }) },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    response.headers.getSetCookie().forEach(keep);
    const location = response.headers.get("location");
    return { location: location === null ? "" : new URL(location, asked).href, text: await response.text() };
  };
}

/** Goes to the reef's page in a browser, and gives its address, its text and the code that it shows. */
export async function openAuthorizationPage(
  open: ReturnType<typeof createPlainBrowser>,
  address: string,
): Promise<{ page: string; text: string; code: string }> {
  const { location: page } = await open(address);
  const { text } = await open(page);
  const [, code] = USER_CODE.exec(text) ?? [];
  if (code === undefined) throw new Error(`The page shows no code:\n${text}`);
  return { page, text, code };
}

/** The code of a program's new wish, which waits for an agent or a person. */
export async function requestAuthorization(program: OAuthProgram, reefUrl: string): Promise<string> {
  const address = program.authorizeAddress(reefUrl, "diary:read");
  return (await openAuthorizationPage(createPlainBrowser(reefUrl), address)).code;
}

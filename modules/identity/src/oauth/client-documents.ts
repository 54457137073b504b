import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { type ResolvedAddress, resolvePublicAddress } from "@reef/http";
import type { Logger } from "@reef/telemetry";
import { z } from "zod";
import type { Clock } from "../clock.ts";

/** What a client says of itself in the document that its id is the address of. */
interface ClientDocument {
  clientId: string;
  redirectUris: string[];
}

/** Clients that are known by the address of a document (draft-ietf-oauth-client-id-metadata-document). */
export interface ClientDocuments {
  /** Whether a client id is such an address; whether there is a document is another question. */
  isDocumentAddress(clientId: string): boolean;
  /** The document; undefined when there is none that is valid. The reason is logged, and nobody outside learns it. */
  find(clientId: string): Promise<ClientDocument | undefined>;
}

export interface ClientDocumentsOptions {
  logger: Logger;
  clock: Clock;
  /** Whether a document may stand on this machine, over plain http: for development and tests. */
  allowLoopback: boolean;
}

const MAX_ADDRESS_LENGTH = 512;
const MAX_DOCUMENT_BYTES = 10_240;
const FETCH_TIMEOUT_MS = 5_000;
/** Documents kept, and how long: as their server says, within these bounds. One that failed is not asked for sooner. */
const CAPACITY = 500;
const KEEP_SECONDS = { least: 60, usual: 300, most: 86_400 };
const RETRY_SECONDS = 30;
/** Fetches at the same moment: a flood of made-up ids must not make a flood of requests. */
const CONCURRENT = 20;

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

const documentSchema = z.object({
  client_id: z.string(),
  redirect_uris: z.array(z.string().max(2_048)).min(1).max(20),
  // Nobody shares a secret with a document that everyone can read, and keys of clients are not supported.
  token_endpoint_auth_method: z.literal("none").default("none"),
  client_secret: z.never().optional(),
  grant_types: z
    .array(z.string())
    .refine((types) => types.includes("authorization_code"))
    .optional(),
  response_types: z
    .array(z.string())
    .refine((types) => types.includes("code"))
    .optional(),
});

interface Kept {
  document: ClientDocument | undefined;
  until: number;
}

/** Fetches documents of clients, and keeps them in this process's memory. */
export function createClientDocuments({ logger, clock, allowLoopback }: ClientDocumentsOptions): ClientDocuments {
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Kept>>();

  async function read(clientId: string): Promise<Kept> {
    const until = (seconds: number) => clock.monotonic() + seconds * 1_000;
    try {
      if (running.size > CONCURRENT) throw new Error("Too many documents are being fetched.");
      const { text, keepSeconds } = await fetchDocument(new URL(clientId), allowLoopback);
      return { document: parseDocument(clientId, text), until: until(keepSeconds) };
    } catch (error) {
      logger.info({ clientId, err: error }, "the metadata document of an OAuth client is not usable");
      return { document: undefined, until: until(RETRY_SECONDS) };
    }
  }

  return {
    isDocumentAddress: (clientId) => isDocumentAddress(clientId, allowLoopback),
    async find(clientId) {
      const known = kept.get(clientId);
      if (known !== undefined && known.until > clock.monotonic()) return known.document;
      const reading = running.get(clientId) ?? read(clientId).finally(() => running.delete(clientId));
      running.set(clientId, reading);
      const found = await reading;
      kept.delete(clientId);
      kept.set(clientId, found);
      const [oldest] = kept.keys();
      if (kept.size > CAPACITY && oldest !== undefined) kept.delete(oldest);
      return found.document;
    },
  };
}

/** Only an address in its canonical spelling with a path is one: two spellings would be two clients to a reader's eye. */
function isDocumentAddress(clientId: string, allowLoopback: boolean): boolean {
  if (clientId.length > MAX_ADDRESS_LENGTH || !URL.canParse(clientId)) return false;
  const { protocol, hostname, pathname, username, password, hash, href } = new URL(clientId);
  const isLocal = allowLoopback && protocol === "http:" && LOOPBACK_HOSTS.has(hostname);
  const isPlain = username === "" && password === "" && hash === "" && pathname !== "/" && href === clientId;
  return (protocol === "https:" || isLocal) && isPlain;
}

function parseDocument(clientId: string, text: string): ClientDocument {
  const document = documentSchema.parse(JSON.parse(text));
  if (document.client_id !== clientId) throw new Error("The document names another client.");
  return { clientId, redirectUris: document.redirect_uris };
}

/**
 * Reads a document from the public internet: no redirect is followed, and the address that was examined is the one that
 * is connected to. With `allowLoopback`, plain http reaches this machine and nothing else.
 */
async function fetchDocument(url: URL, allowLoopback: boolean): Promise<{ text: string; keepSeconds: number }> {
  const isLocal = url.protocol === "http:" && allowLoopback && LOOPBACK_HOSTS.has(url.hostname);
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const address = isLocal ? undefined : await resolvePublicAddress(url.hostname);
  if (address === undefined && !isLocal) throw new Error("The address is not one of the public internet.");
  const response = await send(url, address, signal);
  const { statusCode, headers } = response;
  try {
    if (statusCode !== 200) throw new Error(`The answer has the status ${statusCode}.`);
    if (!/^application\/([\w.+-]+\+)?json\b/i.test(headers["content-type"] ?? "")) throw new Error("It is not JSON.");
    return { text: await readText(response), keepSeconds: keepSecondsOf(headers["cache-control"]) };
  } finally {
    response.destroy();
  }
}

function send(url: URL, address: ResolvedAddress | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const headers = { accept: "application/json", "accept-encoding": "identity", "user-agent": "reef" };
  const pinned = address && { lookup: lookupOf(address) };
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers, signal, ...pinned }, resolve)
      .on("error", reject)
      .end();
  });
}

/** Answers with the one address that was examined, as a list where node would try several. */
const lookupOf =
  ({ address, family }: ResolvedAddress): LookupFunction =>
  (_host, { all }, answer) =>
    all ? answer(null, [{ address, family }]) : answer(null, address, family);

async function readText(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_BYTES) throw new Error(`It has more than ${MAX_DOCUMENT_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function keepSecondsOf(cacheControl = ""): number {
  const { least, usual, most } = KEEP_SECONDS;
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(cacheControl)?.[1];
  return Math.min(most, Math.max(least, maxAge === undefined ? usual : Number(maxAge)));
}

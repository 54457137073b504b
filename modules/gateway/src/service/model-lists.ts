import { type Dispatcher, request } from "undici";
import type { ProviderTest } from "../contract/provider-schemas.ts";
import type { Conversation } from "../dialects/conversation.ts";
import type { ProviderDialect } from "../dialects/dialect.ts";
import { providerDialects } from "../dialects/index.ts";
import type { Dispatchers } from "../plane/dispatchers.ts";
import { keyHeaders } from "../providers/headers.ts";
import { type ProviderKind, ProviderRefusal } from "../providers/provider.ts";

/** A provider as it is asked, with the secret of one of its keys; empty where it wants none. */
interface AskedProvider {
  kind: ProviderKind;
  baseUrl: string;
  options: Readonly<Record<string, string>>;
  mayBePrivate: boolean;
  secret: string;
  /** A model to ask something of, for kinds that list none. */
  model: string | undefined;
}

/** Asks providers whether they answer, and for their models. */
export interface ModelLists {
  /** Never rejects: what went wrong is told in words, which hold nothing of the secret. */
  ask(provider: AskedProvider): Promise<ProviderTest>;
}

const PATIENCE_MS = 10_000;
const LONGEST_LIST_BYTES = 8 * 1024 * 1024;
const MOST_MODELS = 1_000;
const LONGEST_NAME = 200;
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const LONGEST_WORDS = 300;

const dialectsByName: ReadonlyMap<string, ProviderDialect> = new Map(Object.entries(providerDialects));

/** Asks by the same connections as calls are made by, so with the same guard. */
export function createModelLists(dispatchers: Pick<Dispatchers, "of">): ModelLists {
  async function listModels(provider: AskedProvider, signal: AbortSignal): Promise<string[]> {
    const { kind } = provider;
    if (kind.models === undefined) {
      await askSomething(provider, signal);
      return [];
    }
    const text = await send(provider, { method: "GET", path: kind.models.path }, signal);
    return kind.models
      .read(JSON.parse(text))
      .map((name) => name.trim())
      .filter((name) => name !== "" && name.length <= LONGEST_NAME && name.isWellFormed() && ONE_LINE.test(name))
      .slice(0, MOST_MODELS);
  }

  /** The shortest question there is, for kinds that list no models. */
  async function askSomething(provider: AskedProvider, signal: AbortSignal): Promise<void> {
    const { kind, baseUrl, mayBePrivate, options, secret, model } = provider;
    if (model === undefined)
      throw new Unwell("It lists no models, and none is named to ask. Name one, then test again.");
    const conversation: Conversation = {
      model,
      system: [],
      messages: [{ role: "user", parts: [{ type: "text", text: "Say yes." }] }],
      tools: [],
      maxOutputTokens: 16,
      stream: false,
    };
    if (kind.library !== undefined) {
      const dispatcher = dispatchers.of({ baseUrl, mayBePrivate });
      await kind.library.answer(conversation, { baseUrl, options, apiKey: secret, dispatcher, signal });
      return;
    }
    for (const [operation, endpoint] of Object.entries(kind.speaks)) {
      const dialect = dialectsByName.get(operation);
      if (dialect === undefined) continue;
      const path = endpoint.path({ model, streamed: false, options });
      await send(
        provider,
        { method: "POST", path, body: JSON.stringify(dialect.writeConversation(conversation)) },
        signal,
      );
      return;
    }
  }

  async function send(
    { kind, baseUrl, mayBePrivate, secret }: AskedProvider,
    { path, ...rest }: { method: "GET" | "POST"; path: string; body?: string },
    signal: AbortSignal,
  ): Promise<string> {
    const { statusCode, body } = await request(`${baseUrl}${path}`, {
      ...rest,
      dispatcher: dispatchers.of({ baseUrl, mayBePrivate }),
      headers: {
        accept: "application/json",
        "accept-encoding": "identity",
        ...(rest.body !== undefined && { "content-type": "application/json" }),
        ...kind.headers,
        ...keyHeaders(kind, secret),
      },
      signal,
    });
    const text = await readText(body);
    if (statusCode !== 200) throw new Unwell(wordsOfStatus(statusCode, text));
    return text;
  }

  return {
    async ask(provider) {
      const began = performance.now();
      const latencyMs = () => Math.round(performance.now() - began);
      try {
        const models = await listModels(provider, AbortSignal.timeout(PATIENCE_MS));
        return { ok: true, models: [...new Set(models)], latencyMs: latencyMs(), problem: null };
      } catch (error) {
        return { ok: false, models: [], latencyMs: latencyMs(), problem: hide(wordsOf(error), provider.secret) };
      }
    },
  };
}

/** What a provider said that is no good answer, in words. */
class Unwell extends Error {}

async function readText(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LONGEST_LIST_BYTES) throw new Unwell("It answered with more than 8 MiB, which is no list of models.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function wordsOfStatus(status: number, text: string): string {
  const said = saidIn(text);
  if (status === 401 || status === 403) return `It refuses the key (status ${status})${said}`;
  if (status === 404) return `Nothing is at this address (status 404); see its base address${said}`;
  if (status === 429) return `It is asked too often, or has no credit left (status 429)${said}`;
  if (status >= 300 && status < 400)
    return `It sends elsewhere (status ${status}), which is not followed. Name that address.`;
  return `It answered with status ${status}${said}`;
}

/** The message in an error's body, in the forms that most use. */
function saidIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: string | { message?: unknown }; message?: unknown };
    const said = typeof error === "string" ? error : (error?.message ?? message);
    return typeof said === "string" && said !== "" ? `: ${said}` : ".";
  } catch {
    return ".";
  }
}

const CONNECTION_WORDS: Readonly<Record<string, string>> = {
  EPRIVATE: "Its address is not one of the public internet, and this reef calls no others for organizations.",
  ENOTFOUND: "Its name leads to no address. Look for a mistake in its base address.",
  EAI_AGAIN: "Its name could not be looked up just now.",
  ECONNREFUSED: "Nothing listens at its address.",
  ECONNRESET: "It broke the connection off.",
  EHOSTUNREACH: "Its address cannot be reached from here.",
  ENETUNREACH: "Its address cannot be reached from here.",
  UND_ERR_CONNECT_TIMEOUT: "It could not be connected to in time.",
  UND_ERR_HEADERS_TIMEOUT: "It did not answer in time.",
  UND_ERR_BODY_TIMEOUT: "Its answer did not come to an end in time.",
  UND_ERR_SOCKET: "It broke the connection off.",
  CERT_HAS_EXPIRED: "Its certificate has expired.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Its certificate is its own, which nobody vouches for.",
  ERR_TLS_CERT_ALTNAME_INVALID: "Its certificate is for another name.",
};

function wordsOf(error: unknown): string {
  if (error instanceof Unwell) return error.message;
  if (error instanceof ProviderRefusal) return wordsOfStatus(error.failure.status, JSON.stringify(error.failure));
  if (error instanceof SyntaxError) return "It answered with something else than JSON. See its base address.";
  const { name, code = "" } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") return "It did not answer within 10 s.";
  return CONNECTION_WORDS[code] ?? `It could not be asked${code === "" ? "" : ` (${code})`}.`;
}

/** Providers repeat a key that they refuse, in whole or in part. */
function hide(words: string, secret: string): string {
  const whole = secret === "" ? words : words.replaceAll(secret, "…");
  // Also pieces of it: a word of eight characters or more that the secret begins or ends with.
  const pieces = whole.replace(/[\w-]{8,}/g, (word) => {
    const isPiece = secret.length >= 8 && (secret.includes(word) || word.includes(secret.slice(0, 8)));
    return isPiece ? "…" : word;
  });
  return pieces.replace(/\s+/g, " ").slice(0, LONGEST_WORDS);
}

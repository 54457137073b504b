import type { CallOptions, Operation, Page } from "./client-types.ts";
import { operations } from "./generated/operations.ts";
import type { IdentityClient, MemoryClient, SystemClient } from "./generated/types.ts";
import { createTokenSource, type ReefCredentials } from "./tokens.ts";
import { reach, sendRequest, type TransportOptions } from "./transport.ts";

/** A connected reef: one namespace a module. */
export interface Reef {
  /** The address, without a slash at its end. */
  readonly url: string;
  readonly identity: IdentityClient;
  readonly memory: MemoryClient;
  readonly system: SystemClient;
}

export interface ConnectOptions {
  /** Default: `REEF_URL`, the profile's address, then `http://localhost:4200`. */
  url?: string | undefined;
  /** Default: `REEF_TOKEN`, then the profile that `reef register` wrote. */
  credentials?: ReefCredentials | undefined;
  /** The profile in the credentials file; its current one unless named. */
  profile?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** Finds a reef and the credentials for it. */
export const Reef = {
  /**
   * Connects with what is given, and finds the rest where the `reef` command keeps it. Nothing is sent yet.
   *
   * @example
   * const reef = await Reef.connect();
   * const { items } = await reef.memory.search({ query: "when do we change the deployment key" });
   *
   * @throws ReefError `sdk.no_credentials` when none are given and none are found.
   */
  async connect(options: ConnectOptions = {}): Promise<Reef> {
    if (options.url !== undefined && options.credentials !== undefined)
      return createReef({ ...options, url: options.url });
    // Only programs on a machine with files need this, so browsers never load it.
    const { findConnection } = await import("./node/find-connection.ts");
    return createReef({ ...(await findConnection(options)), fetch: options.fetch });
  },
};

/** A client of the reef at `url`; without credentials it may call what is public. */
export function createReef({ url, credentials, fetch = globalThis.fetch }: ConnectOptions & { url: string }): Reef {
  const base = url.replace(/\/+$/, "");
  const tokens = credentials && createTokenSource(credentials, (path, init) => reach(fetch, `${base}${path}`, init));
  const options: TransportOptions = { url: base, fetch, tokens };
  const namespaces = Object.entries(operations).map(([module, verbs]) => {
    const methods = Object.entries(verbs).map(([verb, operation]) => [verb, createMethod(operation, options)] as const);
    return [module, Object.fromEntries(methods)] as const;
  });
  return { url: base, ...Object.fromEntries(namespaces) } as unknown as Reef;
}

type Input = Record<string, unknown>;

function createMethod(operation: Operation, transport: TransportOptions) {
  const call = (input: Input = {}, options: CallOptions = {}) => send(operation, input, options, transport);
  if (!operation.query.includes("cursor")) return call;
  return Object.assign(call, {
    async *all(input: Input = {}, options: CallOptions = {}) {
      let cursor: string | null | undefined = input.cursor as string | undefined;
      do {
        const page = (await call({ ...input, cursor: cursor ?? undefined }, options)) as Page<unknown>;
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },
  });
}

async function send(
  operation: Operation,
  input: Input,
  options: CallOptions,
  transport: TransportOptions,
): Promise<unknown> {
  const rest = { ...input };
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(take(name))));
  const query = new URLSearchParams();
  for (const name of operation.query) {
    const value = take(name);
    if (value !== undefined) query.set(name, String(value));
  }
  const headers = new Headers({ Accept: "application/json" });
  const idempotencyKey = options.idempotencyKey ?? (operation.isIdempotent ? crypto.randomUUID() : undefined);
  if (idempotencyKey !== undefined) headers.set("Idempotency-Key", idempotencyKey);
  if (options.ifMatch !== undefined) headers.set("If-Match", `"${options.ifMatch}"`);
  if (operation.hasBody) headers.set("Content-Type", "application/json");
  const response = await sendRequest(
    {
      method: operation.method,
      path: query.size === 0 ? path : `${path}?${query}`,
      headers,
      body: operation.hasBody ? JSON.stringify(rest) : undefined,
      needsToken: operation.needsToken,
      isSafeToRepeat: operation.method === "GET" || idempotencyKey !== undefined,
      signal: options.signal,
    },
    transport,
  );
  return response.status === 204 ? undefined : response.json();
}

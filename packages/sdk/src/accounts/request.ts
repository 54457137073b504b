import { exchange, type TransportOptions } from "../exchange.ts";

/** How long one answer may take, and how long a pause is waited for: people watch. */
const TIMEOUT_SECONDS = 20;
const LONGEST_PAUSE_SECONDS = 3;

/** Where the accounts are, and as whom. */
export interface AccountsOptions {
  url: string;
  /** A session's token, for programs; in a page of the reef itself the session is the page's cookie. */
  token?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** One request to `/api/auth`; gives the JSON of the answer. @throws ReefError */
export type Ask = (
  path: string,
  input?: { body?: object; query?: Record<string, string | undefined> },
) => Promise<unknown>;

/** The ways to ask; all throw a `ReefError`. */
export interface Requests {
  ask: Ask;
  /** For an answer that says no more than that it was done. */
  act(path: string, body?: object): Promise<void>;
  get<Answer>(path: string, query?: Record<string, string | undefined>): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
}

/** Requests to the accounts of a reef. */
export function createRequests(options: AccountsOptions): Requests {
  const ask = createAsk(options);
  return {
    ask,
    act: async (path, body = {}) => void (await ask(path, { body })),
    get: async <Answer>(path: string, query?: Record<string, string | undefined>) =>
      (await ask(path, { ...(query && { query }) })) as Answer,
    post: async <Answer>(path: string, body: object) => (await ask(path, { body })) as Answer,
  };
}

/** Sends requests to `/api/auth`: with a body as POST, else as GET. */
function createAsk({ url, token, fetch = globalThis.fetch }: AccountsOptions): Ask {
  const options: TransportOptions = {
    url: url.replace(/\/+$/, ""),
    fetch: (...request) => fetch(...request),
    timeoutSeconds: TIMEOUT_SECONDS,
    longestPauseSeconds: LONGEST_PAUSE_SECONDS,
    signal: undefined,
    session: token === undefined,
    organization: () => undefined,
  };
  return (path, { body, query = {} } = {}) => {
    const headers = new Headers({ Accept: "application/json" });
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
    return exchange(
      {
        method: body === undefined ? "GET" : "POST",
        path: `/api/auth${path}${search}`,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        isSafeToRepeat: body === undefined,
        signal: undefined,
      },
      options,
    );
  };
}

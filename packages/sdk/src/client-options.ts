import type { ReefCredentials } from "./tokens.ts";

/** How a client behaves. Each has a default that suits a program nobody watches. */
export interface ClientOptions {
  /** The `fetch` to use instead of the global one. */
  fetch?: typeof fetch | undefined;
  /** Ends every request of the client, also those that are under way. */
  signal?: AbortSignal | undefined;
  /** How long one try may take until its answer is complete: 60 unless given. */
  timeoutSeconds?: number | undefined;
  /** The longest pause that the reef may ask for before a request is sent again: 10 unless given. */
  longestPauseSeconds?: number | undefined;
  /**
   * The organization that a person acts in, by slug or `org_` id, or what tells the one of the moment; the reef chooses
   * otherwise, where there is but one. Agents, and API keys, have one of their own.
   */
  organization?: string | (() => string | undefined) | undefined;
}

/** A client in a browser's page of the reef itself: it is known by the session's cookie, which scripts never see. */
export interface SessionOptions extends ClientOptions {
  /** The reef's own origin; a cookie goes nowhere else. */
  url: string;
  session: true;
}

/** Where to connect, and as whom. What is left out is looked for where the `reef` command keeps it. */
export interface ConnectOptions extends ClientOptions {
  /** Default: `REEF_URL`, the profile's address, then `http://localhost:4200`. */
  url?: string | undefined;
  /** Default: `REEF_TOKEN`, then the profile that `reef register` or `reef login` wrote. */
  credentials?: ReefCredentials | undefined;
  /** An access token that somebody else got, a person's API key or session: short for `credentials: { token }`. */
  token?: string | undefined;
  /** The profile in the credentials file. One that is named here goes before the environment's variables. */
  profile?: string | undefined;
}

import { anySignal } from "./abort.ts";
import type { ClientOptions, ConnectOptions, SessionOptions } from "./client-options.ts";
import { createMethod } from "./create-method.ts";
import type { TransportOptions } from "./exchange.ts";
import { operations } from "./generated/operations.ts";
import type { Clients } from "./generated/types.ts";
import { createTokenSource, type ReefCredentials } from "./tokens.ts";

/** A client of a reef: one namespace a module, `reef.memory.search({ … })`. */
export interface Reef extends Clients {
  /** The address, without a slash at its end. */
  readonly url: string;
}

/** Finds a reef and the credentials for it. */
export const Reef = {
  /**
   * Connects with what is given, and finds the rest where the `reef` command keeps it: in the environment
   * (`REEF_URL`, `REEF_TOKEN`, `REEF_CONFIG_DIR`), then in `~/.config/reef/reef.json`. Nothing is sent yet.
   *
   * @example
   * ```ts
   * const reef = await Reef.connect();
   * const diary = await reef.memory.createDiary({ name: "notes" });
   * await reef.memory.createEntry({ diaryId: diary.id, content: "The deployment key changes in May.", tags: ["ops"] });
   * const { items } = await reef.memory.search({ query: "when do we change the deployment key" });
   * for await (const entry of reef.memory.listEntries.all({ diaryId: diary.id })) console.log(entry.content);
   * ```
   *
   * @throws ReefError `sdk.no_credentials` when none are given and none are found.
   */
  async connect(options: ConnectOptions = {}): Promise<Reef> {
    const credentials = options.credentials ?? (options.token === undefined ? undefined : { token: options.token });
    if (options.url !== undefined && credentials !== undefined) {
      return createReef({ ...options, url: options.url, credentials });
    }
    // Only programs on a machine with files need this, so browsers never load it.
    const { findConnection } = await import("./node/find-connection.ts");
    return createReef({ ...options, ...(await findConnection({ ...options, credentials })) });
  },
};

/**
 * A client of the reef at `url`; without credentials it may call what is public. With a person's API key or session as the
 * `token` it acts for that person, in the `organization` that is named. In a page of the reef itself, `session: true` lets
 * it act for the person who is signed in there.
 *
 * @example
 * ```ts
 * const reef = createReef({ url: "https://reef.example.com", session: true, organization: "coral-lab" });
 * const { items } = await reef.identity.listAgents({});
 * console.log(items.map((agent) => agent.name));
 * ```
 */
export function createReef(
  client: (ClientOptions & { url: string; credentials?: ReefCredentials | undefined }) | SessionOptions,
): Reef {
  const { url, fetch = globalThis.fetch, signal, timeoutSeconds = 60, longestPauseSeconds = 10 } = client;
  const base = url.replace(/\/+$/, "");
  const options: TransportOptions = {
    url: base,
    // Browsers refuse a `fetch` that is called as a method of anything but the window.
    fetch: (...request) => fetch(...request),
    timeoutSeconds,
    longestPauseSeconds,
    signal: anySignal(signal),
    session: "session" in client,
    organization: () => nameOf(client.organization),
  };
  const credentials = "session" in client ? undefined : client.credentials;
  const tokens = credentials && createTokenSource(credentials, options);
  const namespaces = Object.entries(operations).map(([module, verbs]) => {
    const methods = Object.entries(verbs).map(
      ([verb, operation]) => [verb, createMethod(operation, tokens, options)] as const,
    );
    return [module, Object.fromEntries(methods)] as const;
  });
  // The table of operations and the interface are generated from the same contracts.
  return { url: base, ...Object.fromEntries(namespaces) } as unknown as Reef;
}

const nameOf = (organization: ClientOptions["organization"]): string | undefined =>
  typeof organization === "function" ? organization() : organization;

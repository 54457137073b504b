import { isIP } from "node:net";
import { createPublicLookup, isPublicAddress, PrivateAddressError } from "@reef/http";
import { buildConnector, type Dispatcher, Pool } from "undici";
import type { PlaneProvider } from "./parts.ts";

/** How upstreams are connected to. */
export interface DispatcherOptions {
  /** Connections to one origin at most. Each call holds one for as long as it lasts, so a stream holds one for minutes. */
  connections: number;
  connectSeconds: number;
  /** How long an upstream may take until its answer begins. */
  headersSeconds: number;
  /** How long an answer that has begun may stand still. */
  stallSeconds: number;
  /** Finds addresses on the public internet; the system's name servers are asked unless given. */
  publicLookup?: ReturnType<typeof createPublicLookup>;
}

/** The connections to upstreams, kept alive between calls. */
export interface Dispatchers {
  /**
   * Sends requests to the provider's origin, and nowhere else: it follows no redirect. Where the provider may not be
   * private, a connection fails with {@link PrivateAddressError} whose address, looked up for this very connection, is not
   * one of the public internet.
   */
  of(provider: Pick<PlaneProvider, "baseUrl" | "mayBePrivate">): Dispatcher;
  /** Breaks off what is under way, and closes all connections. */
  close(): Promise<void>;
}

/** Origins whose connections are kept; beyond these, those of the one that was used longest ago are given up. */
const MOST_ORIGINS = 1_000;
const IDLE_MS = 30_000;
const LONGEST_IDLE_MS = 300_000;

/** Opens connections as they are needed, one pool to each origin. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { publicLookup = createPublicLookup() } = options;
  const pools = new Map<string, Pool>();
  /** Of base addresses, since each call has one and reading it costs as much as finding its pool. */
  const origins = new Map<string, string>();
  // HTTP/1.1 alone: on one HTTP/2 connection a fault would cut all of its streams, and each call has its own here.
  const base = { timeout: options.connectSeconds * 1_000, allowH2: false };
  const connectAnywhere = buildConnector(base);
  const connectByName = buildConnector({ ...base, lookup: publicLookup });
  const connectPublicly: buildConnector.connector = (target, answer) => {
    // A socket looks up names only, so a bare address is examined here.
    const literal = target.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) answer(new PrivateAddressError(target.hostname), null);
    else connectByName(target, answer);
  };

  function open(origin: string, mayBePrivate: boolean): Pool {
    return new Pool(origin, {
      connect: mayBePrivate ? connectAnywhere : connectPublicly,
      connections: options.connections,
      pipelining: 1,
      headersTimeout: options.headersSeconds * 1_000,
      bodyTimeout: options.stallSeconds * 1_000,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: LONGEST_IDLE_MS,
    });
  }

  function originOf(baseUrl: string): string {
    const known = origins.get(baseUrl);
    if (known !== undefined) return known;
    if (origins.size >= MOST_ORIGINS) origins.clear();
    const { origin } = new URL(baseUrl);
    origins.set(baseUrl, origin);
    return origin;
  }

  return {
    of({ baseUrl, mayBePrivate }) {
      const origin = originOf(baseUrl);
      const name = mayBePrivate ? `${origin} private` : origin;
      const known = pools.get(name);
      // Used last stands last. With few origins nothing is ever given up, so there the order does not matter.
      if (known !== undefined && pools.size < MOST_ORIGINS) return known;
      const pool = known ?? open(origin, mayBePrivate);
      pools.delete(name);
      pools.set(name, pool);
      const [oldest] = pools.keys();
      if (pools.size > MOST_ORIGINS && oldest !== undefined) {
        // Calls under way are finished first; nobody waits for that.
        pools
          .get(oldest)
          ?.close()
          .catch(() => {});
        pools.delete(oldest);
      }
      return pool;
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

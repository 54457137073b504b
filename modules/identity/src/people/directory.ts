import { isIP } from "node:net";
import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { OrganizationDirectory, SignedRequest } from "@reef/http/call";
import { idSchema } from "@reef/http/contract";
import type { Clock } from "../clock.ts";
import { RESERVED_SLUGS, slug } from "../contract/people.ts";
import { findNamedOrganization } from "./store/named-organizations.ts";

export interface DirectoryOptions {
  db: Connection;
  clock: Clock;
  publicUrl: string;
}

/** How long a name is remembered, also one that nobody has. */
const REMEMBER_MS = 5_000;
/** How many names are remembered; the oldest goes first. */
const CAPACITY = 10_000;

const organizationId = idSchema("org");

type Found = Id<"org"> | null;

/**
 * Knows organizations by the names that requests pick them with: the header `X-Reef-Organization` (a slug or an id), or
 * the host `<slug>.<host of the public URL>`, on one's own machine `<slug>.localhost`. Names are remembered for five
 * seconds in this process, so that a request costs no query for them.
 */
export function createOrganizationDirectory({ db, clock, publicUrl }: DirectoryOptions): OrganizationDirectory {
  const known = new Map<string, { found: Found; until: number }>();
  const running = new Map<string, Promise<Found>>();
  const nameInHost = createHostRule(publicUrl);

  async function read(name: string, asked: NonNullable<ReturnType<typeof nameOf>>): Promise<Found> {
    const found = (await findNamedOrganization(db, asked)) ?? null;
    known.delete(name);
    known.set(name, { found, until: clock.monotonic() + REMEMBER_MS });
    if (known.size > CAPACITY) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    return found;
  }

  function find(name: string): Found | Promise<Found> {
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.until > clock.monotonic()) return remembered.found;
    // What is no name may be as long as a header, and nothing of it is remembered.
    const asked = nameOf(name);
    if (asked === undefined) return null;
    // Requests that come together share one reading.
    const reading = running.get(name) ?? read(name, asked).finally(() => running.delete(name));
    running.set(name, reading);
    return reading;
  }

  return {
    findNamed(request) {
      const byHeader = nameInHeader(request);
      const byHost = nameInHost(request.headers.host);
      if (byHeader !== undefined && byHost !== undefined) return findBoth(byHeader, byHost);
      const name = byHeader ?? byHost;
      return name === undefined ? undefined : find(name);
    },
  };

  /** Two names must mean one organization: else neither is believed. */
  async function findBoth(byHeader: string, byHost: string): Promise<Found> {
    const [one, other] = await Promise.all([find(byHeader), find(byHost)]);
    return one === other ? one : null;
  }
}

function nameInHeader({ headers }: SignedRequest): string | undefined {
  const given = headers["x-reef-organization"];
  const name = (Array.isArray(given) ? given.join(",") : given)?.trim().toLowerCase();
  return name === "" ? undefined : name;
}

/** What a host names: nothing where it is an address, the reef itself, or one of the names that are kept for the reef. */
function createHostRule(publicUrl: string): (host: string | undefined) => string | undefined {
  const { hostname } = new URL(publicUrl);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
  const suffixes = [...(isAddress ? [] : [`.${hostname}`]), ".localhost"];
  return (host) => {
    const name = host?.toLowerCase().replace(/\.?(:\d+)?$/, "");
    if (name === undefined || name === hostname) return undefined;
    const suffix = suffixes.find((end) => name.endsWith(end));
    const label = suffix && name.slice(0, -suffix.length);
    return label === undefined || label === "" || RESERVED_SLUGS.includes(label) ? undefined : label;
  };
}

/** A name in the form that it is kept in; undefined for what no organization can be called. */
function nameOf(name: string): { slug: string } | { id: Id<"org"> } | undefined {
  if (organizationId.safeParse(name).success) return { id: name as Id<"org"> };
  return slug.safeParse(name).success ? { slug: name } : undefined;
}

import { Resolver } from "node:dns/promises";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";

/** Addresses that are not of the public internet (the special-purpose registries of IANA, RFC 6890 and its successors). */
const specialUse = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  specialUse.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  specialUse.addSubnet(network, prefix, "ipv6");
}

/** The addresses that IPv6 gives to the internet; what embeds an IPv4 address stands outside of it, or above. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is one of the public internet: not of this machine, of its network or of a cloud's own services. */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) return globalUnicast.check(address, "ipv6") && !specialUse.check(address, "ipv6");
  return isIP(address) === 4 && !specialUse.check(address, "ipv4");
}

/** An address to connect to. */
export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Asks the name servers and not the system, whose few threads a slow name would block. */
const newResolver = () => new Resolver({ timeout: 2_000, tries: 2 });

/**
 * The address behind a host name, which the caller must connect to itself: a name that is looked up twice may lead
 * somewhere else the second time.
 *
 * @returns undefined when one of its addresses is not public, or it has none.
 */
export async function resolvePublicAddress(
  hostname: string,
  resolver: Resolver = newResolver(),
): Promise<ResolvedAddress | undefined> {
  const [address] = (await resolveHost(hostname, resolver)).publicAddresses;
  return address;
}

/** What a host name leads to: whether it leads anywhere, and its addresses where all of them are public. */
export async function resolveHost(
  hostname: string,
  resolver: Resolver = newResolver(),
): Promise<{ isKnown: boolean; publicAddresses: ResolvedAddress[] }> {
  const literal = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(literal) ? [literal] : await resolveAll(hostname, resolver);
  if (!addresses.every(isPublicAddress)) return { isKnown: true, publicAddresses: [] };
  const publicAddresses = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }) as const);
  return { isKnown: addresses.length > 0, publicAddresses };
}

/** That a connection was refused because it would have left the public internet. */
export class PrivateAddressError extends Error {
  readonly code = "EPRIVATE";

  constructor(hostname: string) {
    super(`${hostname} has no address on the public internet.`);
    this.name = "PrivateAddressError";
  }
}

/**
 * A look-up for sockets that finds public addresses alone: what was examined is what is connected to. A socket that is
 * given an IP address in place of a name looks nothing up, so examine those with {@link isPublicAddress}.
 */
export const createPublicLookup =
  (resolver?: Resolver): LookupFunction =>
  (hostname, { all }, answer) => {
    const failed = () => answer(new PrivateAddressError(hostname), []);
    resolveHost(hostname, resolver).then(({ publicAddresses }) => {
      const [first] = publicAddresses;
      if (first === undefined) failed();
      else if (all) answer(null, publicAddresses);
      else answer(null, first.address, first.family);
    }, failed);
  };

async function resolveAll(hostname: string, resolver: Resolver): Promise<string[]> {
  const found = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return found.flatMap((family) => (family.status === "fulfilled" ? family.value : []));
}

import { Resolver } from "node:dns/promises";
import { BlockList, isIP, isIPv6 } from "node:net";

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

/**
 * The address behind a host name, which the caller must connect to itself: a name that is looked up twice may lead
 * somewhere else the second time. Asks the name servers and not the system, whose few threads a slow name would block.
 *
 * @returns undefined when one of its addresses is not public, or it has none.
 */
export async function resolvePublicAddress(
  hostname: string,
  resolver: Resolver = new Resolver({ timeout: 2_000, tries: 2 }),
): Promise<ResolvedAddress | undefined> {
  const literal = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(literal) ? [literal] : await resolveAll(hostname, resolver);
  const [address] = addresses;
  if (address === undefined || !addresses.every(isPublicAddress)) return undefined;
  return { address, family: isIPv6(address) ? 6 : 4 };
}

async function resolveAll(hostname: string, resolver: Resolver): Promise<string[]> {
  const found = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return found.flatMap((family) => (family.status === "fulfilled" ? family.value : []));
}

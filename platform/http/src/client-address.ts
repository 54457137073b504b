import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * The address of the client behind `trustedProxies` proxies.
 *
 * Each proxy appends the address that it saw to `X-Forwarded-For`, so only the last `trustedProxies` entries were
 * written by proxies of ours; whatever stands before them is the client's own claim and is ignored.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (trustedProxies === 0) return direct;
  const header = request.headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  return hops.at(-trustedProxies) ?? direct;
}

/**
 * Whom an address stands for where requests are counted. Who has one IPv6 address has 2^64 of them, so all of a /64 count
 * as one (RFC 6177); what an IPv4 client is called on a socket of both kinds is its IPv4 address.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  // An IPv4 address at the end stands for two groups, both behind the first four.
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(Math.max(0, missing)).fill("0"), ...groups(tail)];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}

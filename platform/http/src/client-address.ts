import type { IncomingMessage } from "node:http";

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

import type { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { resolveHost } from "@reef/http";
import { gatewayErrors } from "../errors.ts";
import type { ProviderScope } from "../store/providers.ts";
import type { ProviderKind } from "./provider.ts";

/** Decides where providers may be. */
export interface ProviderAddresses {
  /**
   * The address in the form that is stored: without a slash at its end. What an organization names must be an https address
   * on the public internet; a name that leads nowhere just now is let through, since each connection is examined again.
   *
   * @throws gateway.bad_provider, gateway.private_address
   */
  examine(scope: ProviderScope, kind: ProviderKind, baseUrl: string | undefined): Promise<string>;
}

export interface ProviderAddressOptions {
  /** Whether organizations' own providers may be anywhere, as operators' may. */
  allowPrivate: boolean;
  /** The name servers that are asked; the system's unless given. */
  resolver?: Resolver | undefined;
}

/** Names of this machine, and of networks that nobody reaches from outside (RFC 6761, 6762, 8375 and 9476). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa|alt|onion)$/;

export const createProviderAddresses = ({ allowPrivate, resolver }: ProviderAddressOptions): ProviderAddresses => ({
  async examine(scope, kind, given) {
    const baseUrl = given ?? kind.baseUrl;
    if (baseUrl === undefined) throw badAddress("This kind of provider needs an address");
    if (!URL.canParse(baseUrl)) throw badAddress("Must be an https address");
    const url = new URL(baseUrl);
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
      throw badAddress("Must hold neither a password, nor a query, nor a fragment");
    if (url.protocol !== "https:" && url.protocol !== "http:") throw badAddress("Must be an https address");
    // A kind's own address is the reef's choice, and on the public internet where it is secure.
    const isTrusted = scope === null || allowPrivate || (url.protocol === "https:" && plain(baseUrl) === kind.baseUrl);
    if (!isTrusted && !(await isPublic(url, resolver))) throw gatewayErrors.private_address({ internal: { baseUrl } });
    return plain(url.href);
  },
});

async function isPublic({ protocol, hostname }: URL, resolver: Resolver | undefined): Promise<boolean> {
  if (protocol !== "https:") return false;
  const name = hostname.replace(/\.$/, "");
  const isName = isIP(name.replace(/^\[|\]$/g, "")) === 0;
  if (isName && (LOCAL_NAME.test(name) || !name.includes("."))) return false;
  const { isKnown, publicAddresses } = await resolveHost(name, resolver);
  return !isKnown || publicAddresses.length > 0;
}

const plain = (url: string): string => url.replace(/\/+$/, "");

const badAddress = (message: string) => gatewayErrors.bad_provider({ errors: [{ path: "body.baseUrl", message }] });

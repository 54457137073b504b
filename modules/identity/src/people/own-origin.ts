import type { SignedRequest } from "@reef/http/call";

/** Tells whether a page of this reef sent a request: what a cookie may do depends on it. */
export interface OriginRule {
  /** Whether the request surely comes from a page of the reef itself. */
  isOwn(request: SignedRequest): boolean;
  /** Whether it says that it comes from a page of another site. Most requests say nothing. */
  isForeign(request: SignedRequest): boolean;
}

/**
 * Pages of the reef are at its public URL; with `organizationHosts` also at the host that the request itself went to, which
 * is an organization's. A browser says where a page is from in `Origin`, and in `Sec-Fetch-Site` whether it asks its own
 * server (https://www.w3.org/TR/fetch-metadata/); no script can set either.
 */
export function createOriginRule(publicUrl: string, { organizationHosts }: { organizationHosts: boolean }): OriginRule {
  const { origin: publicOrigin, protocol, hostname } = new URL(publicUrl);

  function isOwnOrigin(origin: string, host: string | undefined): boolean {
    if (origin === publicOrigin) return true;
    if (!organizationHosts || host === undefined || !URL.canParse(`${protocol}//${host}`)) return false;
    const asked = new URL(`${protocol}//${host}`);
    return asked.hostname.endsWith(`.${hostname}`) && asked.origin === origin;
  }

  const isOwn = ({ headers }: SignedRequest): boolean =>
    headers["sec-fetch-site"] === "same-origin" ||
    (headers.origin !== undefined && isOwnOrigin(headers.origin, headers.host));

  return { isOwn, isForeign: (request) => request.headers.origin !== undefined && !isOwn(request) };
}

/** Names of the reef's own pages and services; none of them is ever an organization. */
const RESERVED = new Set(["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"]);

/** A slug as the reef gives them out, or an organization's id. */
const SLUG = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;
const ID = /^org_[0-9a-z]{26}$/;

/**
 * The organization that a host names: `coral` for `coral.reef.example`, where `base` is `reef.example`. Undefined for the
 * base itself, for reserved names, for deeper names, and for any other host.
 */
export function organizationOfHost(host: string, base: string | undefined): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  const end = `.${base?.toLowerCase().replace(/:\d+$/, "")}`;
  if (base === undefined || !name.endsWith(end)) return undefined;
  const slug = name.slice(0, -end.length);
  return SLUG.test(slug) && !RESERVED.has(slug) ? slug : undefined;
}

/** What a browser remembers of an organization, if it can be one at all: storage may hold anything. */
export const organizationOfMemory = (kept: string | null): string | undefined =>
  kept !== null && (ID.test(kept) || (SLUG.test(kept) && !RESERVED.has(kept))) ? kept : undefined;

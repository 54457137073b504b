import { peopleScopes, scopes } from "@reef/http/contract";
import { getSessionFromCtx } from "better-auth/api";
import { isMember } from "../store/members.ts";
import type { EndpointContext } from "./endpoint-rule.ts";
import { checkText, refusal } from "./input.ts";
import type { AuthStorage } from "./storage.ts";

/**
 * Binds a new API key to an organization that its owner is a member of: the one that the request names, or the session's
 * active one; and to the `scopes` that the request names, if it names any. Both stand in the key's metadata, where the
 * database finds them.
 */
export async function bindApiKey(context: EndpointContext, storage: AuthStorage) {
  const session = await getSessionFromCtx(context);
  // Without one the endpoint refuses by itself.
  if (session === null) return undefined;
  checkText(context.body, "name", 100);
  const named =
    context.body?.organizationId ?? (session.session as { activeOrganizationId?: unknown }).activeOrganizationId;
  const organizationId = typeof named === "string" ? named : "";
  if (!(await isMember(storage.connection(), organizationId, session.user.id))) {
    throw refusal("ORGANIZATION_ID_REQUIRED", "Name an organization that you are a member of in organizationId.");
  }
  const chosen = scopesIn(context.body?.scopes);
  return {
    organizationId: undefined,
    scopes: undefined,
    prefix: undefined,
    metadata: { organizationId, ...(chosen && { scopes: chosen }) },
  };
}

const SORTED_BY = ["name", "createdAt", "expiresAt"];

/** What else one could sort by would reach the database as it is. */
export function checkKeyList({ query = {} }: EndpointContext): undefined {
  if (query.sortBy !== undefined && !SORTED_BY.includes(String(query.sortBy))) {
    throw refusal("INVALID_FIELD", `Keys are sorted by ${SORTED_BY.join(", ")}.`);
  }
}

/** The scopes that a key is to have; undefined where the request leaves that open. */
function scopesIn(given: unknown): string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const known = Object.keys({ ...scopes, ...peopleScopes });
  if (Array.isArray(given) && given.length > 0 && given.every((scope) => known.includes(scope))) {
    return known.filter((scope) => given.includes(scope));
  }
  throw refusal("INVALID_FIELD", `The field scopes takes a list of at least one of ${known.join(", ")}.`);
}

/** A key stays in its organization, and with its scopes. */
export function keepBinding({ body }: EndpointContext): Record<string, unknown> {
  checkText(body, "name", 100);
  return { metadata: undefined, userId: undefined };
}

import { getSessionFromCtx } from "better-auth/api";
import { isMember } from "../store/members.ts";
import type { EndpointContext } from "./endpoint-hooks.ts";
import { refusal } from "./input.ts";
import type { AuthStorage } from "./storage.ts";

/**
 * Binds a new API key to an organization that its owner is a member of: the one that the request names, or the session's
 * active one. It stands in the key's metadata, from which the database takes it.
 */
export async function bindApiKey(context: EndpointContext, storage: AuthStorage) {
  const session = await getSessionFromCtx(context);
  // Without one the endpoint refuses by itself.
  if (session === null) return undefined;
  const named =
    context.body?.organizationId ?? (session.session as { activeOrganizationId?: unknown }).activeOrganizationId;
  const organizationId = typeof named === "string" ? named : "";
  if (!(await isMember(storage.connection(), organizationId, session.user.id))) {
    throw refusal("ORGANIZATION_ID_REQUIRED", "Name an organization that you are a member of in organizationId.");
  }
  return { organizationId: undefined, prefix: undefined, metadata: { organizationId } };
}

/** A key stays in its organization. */
export const keepBinding = (): Record<string, unknown> => ({ metadata: undefined, userId: undefined });

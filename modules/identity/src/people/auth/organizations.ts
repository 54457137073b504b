import type { OrganizationOptions } from "better-auth/plugins/organization";
import type { PeopleConfig } from "../settings.ts";
import { slugFault } from "../slugs.ts";
import { isOperator } from "../store/members.ts";
import type { EndpointContext, EndpointRule } from "./endpoint-rule.ts";
import { checkPicture, checkText, refusal } from "./input.ts";
import { organizationNames } from "./names.ts";
import type { Post } from "./post.ts";
import type { AuthStorage } from "./storage.ts";

const INVITATION_SECONDS = 7 * 86_400;
const ROLES = ["owner", "admin", "member"];
const LIST_FIELDS = ["role", "createdAt", "userId"];

/** How the organization plug-in works here: three roles, invitations for a week, and no deletion. */
export const organizationOptions = (dependencies: {
  storage: AuthStorage;
  config: PeopleConfig;
  post: Post;
}): OrganizationOptions => ({
  schema: organizationNames,
  creatorRole: "owner",
  // Where only the invited may join, only the operator says which organizations there are.
  allowUserToCreateOrganization: async ({ id }) =>
    dependencies.config.REEF_SIGN_UP === "open" || (await isOperator(dependencies.storage.connection(), id)),
  organizationLimit: 20,
  membershipLimit: 500,
  invitationLimit: 100,
  invitationExpiresIn: INVITATION_SECONDS,
  cancelPendingInvitationsOnReInvite: true,
  requireEmailVerificationOnInvitation: true,
  disableOrganizationDeletion: true,
  sendInvitationEmail: dependencies.post.invitation,
});

/** What we ask of requests about organizations beyond what better-auth does. */
export const organizationRules: Record<string, EndpointRule> = {
  "/organization/create": ({ body }) => checkDescription(body),
  "/organization/update": ({ body }) => checkDescription(body?.data as Record<string, unknown> | undefined),
  "/organization/check-slug": ({ body }) => checkSlug(body?.slug),
  "/organization/invite-member": ({ body }) => {
    checkRole(body?.role);
    checkText(body, "email", 254);
    return { teamId: undefined };
  },
  "/organization/update-member-role": ({ body }) => checkRole(body?.role),
  "/organization/list-members": checkList,
  "/organization/get-full-organization": ({ query }) => checkLimit(query?.membersLimit),
};

function checkDescription(description: Record<string, unknown> | undefined): undefined {
  checkText(description, "name", 80);
  checkPicture(description, "logo");
  if (description?.slug !== undefined) checkSlug(description.slug);
  if (description?.metadata !== undefined && JSON.stringify(description.metadata).length > 4_096) {
    throw refusal("INVALID_FIELD", "The field metadata takes at most 4096 characters of JSON.");
  }
}

function checkSlug(slug: unknown): undefined {
  const fault = typeof slug === "string" ? slugFault(slug) : "A slug is a text.";
  if (fault !== undefined) throw refusal("INVALID_SLUG", fault);
}

/** One role, not several: better-auth would take a list, and nothing here does. */
function checkRole(role: unknown): undefined {
  if (typeof role !== "string" || !ROLES.includes(role)) {
    throw refusal("ROLE_NOT_FOUND", "A member's role is owner, admin or member.");
  }
}

function checkLimit(limit: unknown): undefined {
  if (limit !== undefined && !/^([1-9]\d?|100)$/.test(String(limit))) {
    throw refusal("INVALID_FIELD", "A list has a limit of 1 to 100.");
  }
}

/** What else one could filter and sort by would reach the database as it is. */
function checkList({ query = {} }: EndpointContext): undefined {
  checkLimit(query.limit);
  const { sortBy, filterField, filterOperator, offset } = query;
  for (const field of [sortBy, filterField]) {
    if (field !== undefined && !LIST_FIELDS.includes(String(field))) {
      throw refusal("INVALID_FIELD", `Members are sorted and filtered by ${LIST_FIELDS.join(", ")}.`);
    }
  }
  if (
    filterField !== undefined &&
    (filterField === "createdAt" || !["eq", undefined].includes(filterOperator as string))
  ) {
    throw refusal("INVALID_FIELD", "Members are filtered by one role or one userId.");
  }
  if (offset !== undefined && !/^\d{1,6}$/.test(String(offset))) {
    throw refusal("INVALID_FIELD", "The offset of a list is a whole number.");
  }
}

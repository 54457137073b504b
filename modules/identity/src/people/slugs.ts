import { type Id, toUuid } from "@reef/crypto";
import { RESERVED_SLUGS, slug } from "../contract/people.ts";

/** The slug of an organization that nobody has named yet. */
export const provisionalSlug = (organizationId: Id<"org">): string =>
  `org-${toUuid(organizationId).replaceAll("-", "").slice(-12)}`;

/** What is wrong with a slug, as a sentence that says what to do; undefined when it may be used. */
export function slugFault(text: string): string | undefined {
  if (RESERVED_SLUGS.includes(text)) return `The slug "${text}" is reserved. Choose another one.`;
  if (slug.safeParse(text).success) return undefined;
  return "A slug has 3 to 40 lower-case letters, digits and hyphens, and no hyphen at its ends. Choose another one.";
}

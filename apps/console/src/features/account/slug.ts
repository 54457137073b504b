/** Names of the reef's own addresses; no organization may have one of them. */
const RESERVED = new Set(["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"]);

/** The same form as in the reef's contract: 3 to 40 of a-z, 0-9 and hyphens, none at an end. */
const SLUG = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;

/** What is wrong with a slug, and what to write instead; undefined for one that may be used. */
export function slugFault(slug: string): string | undefined {
  if (RESERVED.has(slug)) return `"${slug}" is kept for the reef itself. Choose another one.`;
  if (SLUG.test(slug)) return undefined;
  if (/[A-Z]/.test(slug)) return "Use lower-case letters only.";
  if (/[^a-z0-9-]/.test(slug)) return "Use letters a to z, digits and hyphens only.";
  if (slug.startsWith("-") || slug.endsWith("-")) return "A hyphen may not stand at an end.";
  return slug.length < 3 ? "At least 3 characters." : "At most 40 characters.";
}

/** A slug that fits a name: "Coral Lab" becomes `coral-lab`. Empty where the name has no letters for one. */
export function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return slugFault(slug) === undefined ? slug : "";
}

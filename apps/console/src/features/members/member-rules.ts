import type { OrganizationRole } from "@reef/sdk/accounts";

/** Who looks at which member. */
export interface Standing {
  /** The role of who looks. */
  viewer: OrganizationRole;
  /** The role of the member. */
  role: OrganizationRole;
  isSelf: boolean;
  /** How many owners the organization has; undefined while that is not known. */
  ownerCount: number | undefined;
}

const ROLES: readonly OrganizationRole[] = ["owner", "admin", "member"];

/** Whether the member is the only owner, who can neither leave nor become less. Not known counts as yes. */
export const isLastOwner = ({ role, ownerCount }: Pick<Standing, "role" | "ownerCount">): boolean =>
  role === "owner" && (ownerCount ?? 1) <= 1;

/** The roles that the viewer may give to the member, the present one among them; empty where none may be given. */
export function rolesToGive(standing: Standing): readonly OrganizationRole[] {
  const { viewer, role } = standing;
  if (viewer === "owner") return isLastOwner(standing) ? [] : ROLES;
  // Only owners make owners, and only owners change them.
  return viewer === "admin" && role !== "owner" ? ["admin", "member"] : [];
}

/** The roles that the viewer may invite with. */
export const rolesToInvite = (viewer: OrganizationRole): readonly OrganizationRole[] =>
  viewer === "owner" ? ROLES : viewer === "admin" ? ["admin", "member"] : [];

/** Whether the viewer may remove the member; leaving is another thing. */
export function mayRemove(standing: Standing): boolean {
  const { viewer, role, isSelf } = standing;
  if (isSelf || viewer === "member") return false;
  return viewer === "owner" ? !isLastOwner(standing) : role !== "owner";
}

import type { Need, Route } from "@reef/http/contract";

/**
 * Who calls: nobody; the owner with a token for something else; strangers, of whom the first founded another organization;
 * and those whom the owner's diary is shared with. The owner founded its organization, and the reader is in its group.
 */
export const actors = ["nobody", "wrongScope", "stranger", "colleague", "reader", "writer", "owner"] as const;
export type Actor = (typeof actors)[number];

/** What an actor is answered, by what the route's contract says and nothing else. */
export function expectedStatus(route: Route, actor: Actor): number {
  if (actor === "nobody" && typeof route.access === "string" && route.access !== "public") return 401;
  if (actor === "wrongScope") return route.access === "public" ? route.status : 403;
  switch (route.needs) {
    case undefined:
      return route.status;
    case "own":
      return actor === "owner" ? route.status : 404;
    case "founder":
      return byFoundation(route, actor);
    default:
      return byRole(route, route.needs, actor);
  }
}

/** The stranger founded its own organization, so it may do the same there; what is in this one it does not see. */
function byFoundation({ path, status }: Route, actor: Actor): number {
  if (actor === "owner") return status;
  if (actor === "stranger") return path.includes("{") ? 404 : status;
  return 403;
}

/** What one can do in the diary and the group. Who can do nothing does not learn that they exist. */
const ABILITIES: Readonly<Partial<Record<Actor, readonly Need[]>>> = {
  reader: ["diary:read", "group:read"],
  writer: ["diary:read", "diary:write"],
  owner: ["diary:read", "diary:write", "diary:manage", "group:read", "group:manage"],
};

function byRole({ status }: Route, needs: Exclude<Need, "own" | "founder">, actor: Actor): number {
  const abilities = ABILITIES[actor] ?? [];
  if (abilities.includes(needs)) return status;
  return abilities.includes(needs.startsWith("group:") ? "group:read" : "diary:read") ? 403 : 404;
}

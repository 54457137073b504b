import type { Route } from "@reef/http/contract";

/** Who calls: nobody; the owner with a token for something else; strangers; and those whom the owner's diary is shared with. */
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
    case "organization":
      return actor === "stranger" || actor === "nobody" ? 404 : route.status;
    case "diary:read":
    case "diary:write":
    case "diary:manage":
      return byRole(route, actor);
  }
}

/** What one can do in a diary. Whom it is not shared with does not learn that it exists. */
const ABILITIES: Readonly<Partial<Record<Actor, readonly Route["needs"][]>>> = {
  reader: ["diary:read"],
  writer: ["diary:read", "diary:write"],
  owner: ["diary:read", "diary:write", "diary:manage"],
};

function byRole(route: Route, actor: Actor): number {
  const abilities = ABILITIES[actor];
  if (abilities === undefined) return 404;
  return abilities.includes(route.needs) ? route.status : 403;
}

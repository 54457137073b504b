import { isRead, type Need, organizationRoles, type Route } from "@reef/http/contract";

/**
 * Agents that call: nobody; the owner with a token for something else; strangers, of whom the first founded another
 * organization; and those whom the owner's diary is shared with. The owner founded its organization, and the reader is in
 * its group.
 */
const agents = ["nobody", "wrongScope", "stranger", "colleague", "reader", "writer", "owner"] as const;

/**
 * People who call: a member and an admin of the owner's organization, the owner of another one, somebody in none at all, and
 * who operates the reef and owns the owner's organization.
 */
const people = ["member", "admin", "foreignOwner", "account", "operator"] as const;

export const actors = [...agents, ...people] as const;
export type AgentActor = (typeof agents)[number];
export type PersonActor = (typeof people)[number];
export type Actor = AgentActor | PersonActor;

export const isPerson = (actor: Actor): actor is PersonActor => people.some((person) => person === actor);

/** What an actor is answered, by what the route's contract says and nothing else. */
export const expectedStatus = (route: Route, actor: Actor): number =>
  isPerson(actor) ? expectedOfPerson(route, actor) : expectedOfAgent(route, actor);

/** The problem by which an actor is told that it is of the wrong kind; undefined where something else decides. */
export function expectedProblem(route: Route, actor: Actor): string | undefined {
  const { access, people: named, agents: areAgentsIn = true } = route;
  if (access === "public" || actor === "nobody") return undefined;
  if (!isPerson(actor) && !areAgentsIn) return "http.people_only";
  if (actor === "wrongScope") return "http.missing_scope";
  if (!isPerson(actor)) return undefined;
  if (named === undefined) return "http.agents_only";
  const isOfMembers = organizationRoles.some((role) => role === named);
  return actor === "account" && isOfMembers ? "http.organization_needed" : undefined;
}

function expectedOfAgent(route: Route, actor: AgentActor): number {
  if (actor === "nobody" && typeof route.access === "string" && route.access !== "public") return 401;
  if (actor === "wrongScope") return route.access === "public" ? route.status : 403;
  if (route.agents === false) return 403;
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
function byFoundation({ path, status }: Route, actor: AgentActor): number {
  if (actor === "owner") return status;
  if (actor === "stranger") return path.includes("{") ? 404 : status;
  return 403;
}

/** What one can do in the diary and the group. Who can do nothing does not learn that they exist. */
const ABILITIES: Readonly<Partial<Record<AgentActor, readonly Need[]>>> = {
  reader: ["diary:read", "group:read"],
  writer: ["diary:read", "diary:write"],
  owner: ["diary:read", "diary:write", "diary:manage", "group:read", "group:manage"],
};

function byRole({ status }: Route, needs: Exclude<Need, "own" | "founder">, actor: AgentActor): number {
  const abilities = ABILITIES[actor] ?? [];
  if (abilities.includes(needs)) return status;
  return abilities.includes(needs.startsWith("group:") ? "group:read" : "diary:read") ? 403 : 404;
}

/** What people are in the organization that they are in. */
const ROLES = { member: "member", admin: "admin", foreignOwner: "owner", operator: "owner" } as const;

/** Who may call at all is told first, then what there is: of another organization nothing. */
function expectedOfPerson(route: Route, actor: PersonActor): number {
  const { access, people: named, status } = route;
  if (access === "public" || named === "account") return status;
  if (named === undefined) return 403;
  if (named === "operator") return actor === "operator" ? status : 403;
  if (actor === "account") return 400;
  const rank = organizationRoles.indexOf(ROLES[actor]);
  if (rank > organizationRoles.indexOf(named)) return 403;
  return byMembership(route, actor, rank <= organizationRoles.indexOf("admin"));
}

/** In their organization all people see everything; admins manage it, and nobody writes in an agent's place. */
function byMembership(route: Route, actor: PersonActor, isAdmin: boolean): number {
  const { needs, status } = route;
  if (actor === "foreignOwner") return needs === undefined || !namesSomething(route) ? status : 404;
  if (needs === "diary:write") return 403;
  if (needs === "own" && !isRead(route) && !isAdmin) return 404;
  if (needs?.endsWith(":manage") && !isAdmin) return 403;
  return status;
}

/** Whether a request names a thing; else it is about the caller's own organization, whichever that is. */
const namesSomething = ({ path, needs }: Route): boolean => path.includes("{") || needs !== "founder";

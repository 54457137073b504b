import type { Id } from "@reef/crypto";
import { httpErrors } from "@reef/http";
import type {
  AccountCaller,
  Authenticator,
  Caller,
  OrganizationDirectory,
  PersonCaller,
  SignedRequest,
  TokenAuthenticator,
} from "@reef/http/call";
import { peopleScopes, type Scope, scopes } from "@reef/http/contract";
import { identityErrors } from "../errors.ts";
import type { OriginRule } from "./own-origin.ts";
import { API_KEY_PREFIX, type Membership, type Sessions, type SignedIn } from "./sessions.ts";

export interface AuthenticatorDependencies {
  /** Tells agents by their access tokens. */
  tokens: TokenAuthenticator;
  sessions: Sessions;
  organizations: OrganizationDirectory;
  origins: OriginRule;
}

/** Tells who sends a request, and whether a person whom it told of is still who he or she was then. */
export interface RequestAuthenticator extends Authenticator {
  /**
   * Whether what the person's request was sent with is still good, for that organization; for requests that stay open. Only
   * for callers of this very process, which it knows by identity.
   */
  stillAdmitted(caller: PersonCaller): Promise<boolean>;
}

/** What a signed-in person may do at all; the role in the organization and each route say what of it. */
const allScopes: ReadonlySet<Scope> = new Set(Object.keys({ ...scopes, ...peopleScopes }) as Scope[]);

/** What a key may do whose owner did not say: nothing beyond its organization. */
const scopesOfAnyKey: ReadonlySet<Scope> = new Set([...allScopes].filter((scope) => scope !== "reef:operate"));

const scopesOfKey = (chosen: readonly string[] | undefined): ReadonlySet<Scope> =>
  chosen === undefined ? scopesOfAnyKey : new Set([...allScopes].filter((scope) => chosen.includes(scope)));

/**
 * Tells who sends a request to the REST API: an agent by its access token, a person by an API key, by a session's token or
 * by its cookie. Agents are told without a query, people by one, at each request anew: what has ended, has ended at once.
 */
export function createRequestAuthenticator(dependencies: AuthenticatorDependencies): RequestAuthenticator {
  const { tokens, sessions, organizations, origins } = dependencies;
  /** How to look again for the membership that a caller acts by; gone with the caller. */
  const lookAgain = new WeakMap<PersonCaller, () => Promise<Membership | undefined>>();

  function inOrganization(person: Person, membership: Membership, again: () => Promise<Membership | undefined>) {
    const { organizationId, role } = membership;
    const caller: PersonCaller = { ...outsideOf(person), kind: "person", organizationId, role };
    lookAgain.set(caller, again);
    return caller;
  }

  async function byApiKey(token: string): Promise<PersonCaller> {
    const holder = await sessions.findApiKey(token);
    if (holder === undefined) throw identityErrors.invalid_api_key();
    // A key is bound to its organization, so there is nothing else that it could reach.
    if (holder.membership.suspended) throw identityErrors.organization_suspended();
    const again = async () => (await sessions.findApiKey(token))?.membership;
    return Object.assign(inOrganization(holder, holder.membership, again), { scopes: scopesOfKey(holder.scopes) });
  }

  async function bySessionToken(request: SignedRequest): Promise<Caller> {
    const { authorization } = request.headers;
    const signedIn = await sessions.findSession({ authorization });
    if (signedIn === undefined) throw identityErrors.signed_out();
    return callerOf(signedIn, request);
  }

  /** A cookie that says nothing any more is no fault: its browser may read what anybody may. */
  async function byCookie(request: SignedRequest, cookie: string): Promise<Caller | undefined> {
    const signedIn = await sessions.findSession({ cookie });
    if (signedIn === undefined) return undefined;
    requireOwnPage(request, origins);
    return callerOf(signedIn, request);
  }

  async function callerOf(signedIn: SignedIn, request: SignedRequest): Promise<PersonCaller | AccountCaller> {
    const named = await organizations.findNamed(request);
    const membership = membershipIn(signedIn, named);
    if (membership === undefined) return outsideOf(signedIn);
    if (membership.suspended) {
      return { ...outsideOf(signedIn), withheld: () => identityErrors.organization_suspended() };
    }
    const { authorization, cookie } = request.headers;
    return inOrganization(signedIn, membership, async () => {
      const now = await sessions.findSession({ authorization, cookie });
      return now?.memberships.find(({ organizationId }) => organizationId === membership.organizationId);
    });
  }

  return {
    authenticate(request) {
      const { authorization, cookie } = request.headers;
      if (authorization === undefined) return cookie === undefined ? undefined : byCookie(request, cookie);
      if (isAccessToken(authorization)) return tokens.authenticate(authorization);
      const token = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
      if (token.startsWith(API_KEY_PREFIX)) return byApiKey(token);
      if (!token.includes(".")) throw identityErrors.invalid_token();
      return bySessionToken(request);
    },
    async stillAdmitted(caller) {
      const membership = await lookAgain.get(caller)?.();
      return membership !== undefined && !membership.suspended;
    },
  };
}

/**
 * A change by cookie must come from a page of the reef. A reading may come from anywhere, as a link does, but a script of
 * another site gets none: neither a stream that would stay open, nor anything else.
 *
 * @throws http.foreign_origin
 */
function requireOwnPage(request: SignedRequest, origins: OriginRule): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead ? origins.isForeign(request) : !origins.isOwn(request)) throw httpErrors.foreign_origin();
}

/** A token of the OAuth server is a JWT: it has two dots, where a session's has one and a key none. */
function isAccessToken(authorization: string): boolean {
  const dot = authorization.indexOf(".");
  return dot >= 0 && authorization.indexOf(".", dot + 1) >= 0;
}

/**
 * The organization that the request is about: the one that it names, else the session's active one, else the only one.
 *
 * @throws http.other_organization when it names one that the person is no member of, or that does not exist.
 */
function membershipIn(
  { memberships, activeOrganizationId }: SignedIn,
  named: Id<"org"> | null | undefined,
): Membership | undefined {
  const of = (id: Id<"org"> | undefined) => memberships.find(({ organizationId }) => organizationId === id);
  if (named === undefined) return of(activeOrganizationId) ?? (memberships.length === 1 ? memberships[0] : undefined);
  const membership = named === null ? undefined : of(named);
  if (membership === undefined) throw httpErrors.other_organization();
  return membership;
}

type Person = Pick<SignedIn, "personId" | "name" | "isOperator">;

const outsideOf = ({ personId, name, isOperator }: Person): AccountCaller => ({
  kind: "account",
  personId,
  name,
  isOperator,
  scopes: allScopes,
});

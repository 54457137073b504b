import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Id, sha256Hex, toTypeId } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Clock } from "../clock.ts";
import { findApiKey, findSession, renewSession, type StoredMembership } from "./store/sessions.ts";
import { SESSION_SECONDS, sessionCookieName } from "./wire.ts";

/** A person's part in an organization. */
export interface Membership {
  organizationId: Id<"org">;
  slug: string;
  name: string;
  role: "owner" | "admin" | "member";
  /** Whether an operator has suspended the organization. */
  suspended: boolean;
}

/** A person who is signed in. */
export interface SignedIn {
  personId: Id<"usr">;
  name: string;
  email: string;
  /** The UUID of the session, as better-auth lists it. */
  sessionId: string;
  activeOrganizationId: Id<"org"> | undefined;
  isOperator: boolean;
  /** The oldest first, and 100 at most. */
  memberships: readonly Membership[];
  /** Whether a cookie said so; then a request that is no GET must come from the reef's own pages. */
  byCookie: boolean;
}

/** The owner of an API key, in the one organization that it is bound to. */
interface ApiKeyHolder {
  personId: Id<"usr">;
  name: string;
  email: string;
  keyId: string;
  isOperator: boolean;
  /** What the key may be used for; undefined where that was left open. */
  scopes: readonly string[] | undefined;
  membership: Membership;
}

/** Tells people by what their requests carry. Every request of the console asks, so it is one query. */
export interface Sessions {
  /** The person behind the session's cookie, or behind a session's token in `Authorization`; undefined for nobody. */
  findSession(headers: Pick<IncomingHttpHeaders, "authorization" | "cookie">): Promise<SignedIn | undefined>;
  /** What to count a session's requests by, without a query: undefined where the request carries no token of ours. */
  sessionKey(headers: Pick<IncomingHttpHeaders, "authorization" | "cookie">): string | undefined;
  /** The person behind an API key (`reef_pk_…`); undefined when it is unknown, disabled or expired. */
  findApiKey(token: string): Promise<ApiKeyHolder | undefined>;
}

/** What an API key begins with. */
export const API_KEY_PREFIX = "reef_pk_";

const DAY_MS = 86_400_000;
const LONGEST_TOKEN = 256;

/** Reads sessions and keys beside better-auth, whose own way loads each table by a query of its own. */
export function createSessions({
  db,
  secret,
  publicUrl,
  clock,
}: {
  db: Connection;
  secret: string;
  publicUrl: string;
  clock: Clock;
}): Sessions {
  const cookieName = sessionCookieName(publicUrl);

  /** The token of `<token>.<signature>`, if the signature is ours; better-auth signs in the same way. */
  function verified(signed: string | undefined): string | undefined {
    if (signed === undefined || signed.length > LONGEST_TOKEN) return undefined;
    const dot = signed.lastIndexOf(".");
    if (dot < 1) return undefined;
    const token = signed.slice(0, dot);
    const expected = createHmac("sha256", secret).update(token).digest();
    const given = Buffer.from(signed.slice(dot + 1), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined;
  }

  function tokenOf({ authorization, cookie }: Pick<IncomingHttpHeaders, "authorization" | "cookie">) {
    const bearer = authorization === undefined ? undefined : bearerToken(authorization);
    return { bearer, token: verified(bearer ?? readCookie(cookie, cookieName)) };
  }

  return {
    sessionKey(headers) {
      const { token } = tokenOf(headers);
      return token === undefined ? undefined : sha256Hex(token);
    },

    async findSession(headers) {
      const { bearer, token } = tokenOf(headers);
      if (token === undefined) return undefined;
      const now = clock.now();
      const session = await findSession(db, token, new Date(now));
      if (session === undefined) return undefined;
      const byCookie = bearer === undefined;
      if (!byCookie) await renew(session, now);
      return {
        personId: toTypeId("usr", session.personId),
        name: session.name,
        email: session.email,
        sessionId: session.sessionId,
        activeOrganizationId:
          session.activeOrganizationId === null ? undefined : toTypeId("org", session.activeOrganizationId),
        isOperator: session.isOperator,
        memberships: session.memberships.map(membershipOf),
        byCookie,
      };
    },

    async findApiKey(token) {
      if (!token.startsWith(API_KEY_PREFIX) || token.length > LONGEST_TOKEN) return undefined;
      const keyHash = createHash("sha256").update(token).digest("base64url");
      const key = await findApiKey(db, keyHash, new Date(clock.now()));
      if (key === undefined) return undefined;
      const { keyId, personId, personName, email, isOperator, scopes } = key;
      return {
        personId: toTypeId("usr", personId),
        name: personName,
        email,
        keyId,
        isOperator,
        scopes: scopes ?? undefined,
        membership: membershipOf(key),
      };
    },
  };

  /**
   * A program's session lives on as long as it is used. A browser's is renewed by better-auth at `GET
   * /api/auth/get-session`, with its cookie. One that ends with the browser is not renewed at all.
   */
  async function renew(session: { sessionId: string; expiresAt: Date; updatedAt: Date }, now: number): Promise<void> {
    const { sessionId, expiresAt, updatedAt } = session;
    const isShort = expiresAt.getTime() - updatedAt.getTime() < 2 * DAY_MS;
    const renewed = now + SESSION_SECONDS * 1_000;
    if (isShort || renewed - expiresAt.getTime() < DAY_MS) return;
    await renewSession(db, sessionId, { now: new Date(now), expiresAt: new Date(renewed) });
  }
}

const membershipOf = ({ organizationId, slug, name, role, suspended }: StoredMembership): Membership => ({
  organizationId: toTypeId("org", organizationId),
  slug,
  name,
  role,
  suspended,
});

const bearerToken = (authorization: string): string | undefined => {
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  return token?.includes("%") ? decode(token) : token;
};

/** The value of a cookie; of several with one name the first, which is the most specific. */
function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const equals = part.indexOf("=");
    if (part.slice(0, equals).trim() === name) return decode(part.slice(equals + 1).trim());
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

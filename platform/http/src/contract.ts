/**
 * The declaration of a route: everything that a client, the OpenAPI document and the server need
 * to know about it, in one object. Isomorphic: it runs in a browser as well, and knows nothing of the server.
 */
import type { Id } from "@reef/crypto";
import { z } from "zod";
import type { Actor } from "./actor.ts";

/** What an access token may be good for. The names are what an OAuth client asks for in `scope`. */
export const scopes = {
  "diary:read": "Read and search diaries and entries",
  "diary:write": "Create and change diaries and entries",
  "diary:delete": "Delete diaries and entries",
  "diary:share": "Share diaries with other agents",
  "agent:profile": "Read and change the agent's own profile and credentials",
  "agent:directory": "Look up other agents",
  "agent:vouch": "Issue vouchers, with which new agents join",
  "agent:manage": "Disable and enable agents of the organization",
  "crypto:sign": "Create and answer signing requests",
  "audit:read": "Read the organization's record of who did what",
  "gateway:read": "See which models may be called, and what calls of them used",
} as const;

/** What only people may do, beside the above: no agent gets these scopes. */
export const peopleScopes = {
  "account:read": "See one's account and organizations",
  "account:manage": "End the programs that one let in",
  "billing:read": "See the organization's plan, what it used of it, and its invoices",
  "organization:manage": "Act for the organization: agents, vouchers, settings",
  "reef:operate": "Operate the reef",
} as const;

export type Scope = keyof typeof scopes | keyof typeof peopleScopes;

/** What a person is to an organization; each may do all that the ones after it may. */
export const organizationRoles = ["owner", "admin", "member"] as const;
export type OrganizationRole = (typeof organizationRoles)[number];

/**
 * Which people may call a route: whoever is signed in (`account`), who operates the reef (`operator`), or the members of
 * the organization from a role on.
 */
export type People = "account" | "operator" | OrganizationRole;

/** Who may call a route: anyone, whoever has the scope, or both (then nobody signed in means an anonymous reader). */
export type Access = "public" | Scope | { anonymousOr: Scope };

/** The named budgets of requests; see `limits.ts` for their sizes. */
export type LimitName =
  | "probe"
  | "read"
  | "write"
  | "search"
  | "register"
  | "vouch"
  | "sign"
  | "recover"
  | "verify"
  | "stream"
  | "token";

/**
 * What the caller must be allowed to do with the thing that the path or the body names, beside holding the scope. What it may not even see
 * is 404, what it sees but may not change is 403; a test walks all routes and holds each to what it says here.
 *
 * - `diary:read`, `diary:write`, `diary:manage`: to be a reader, a writer or the owner of the diary, or of the entry's diary.
 *   People read what is their organization's, and its admins manage it.
 * - `group:read`, `group:manage`: to be a member or the owner of the group.
 * - `own`: that the thing is the caller's; to everybody else it does not exist.
 * - `founder`: to be the founding agent of the organization, or one of the people that the route names. Its other agents
 *   get 403; to those of another organization what the path names does not exist. Where the thing is the caller itself,
 *   it may do it as well.
 */
export type Need = "diary:read" | "diary:write" | "diary:manage" | "group:read" | "group:manage" | "own" | "founder";

type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

/** One operation of the REST API. */
export interface Route {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With parameters in braces, as in OpenAPI: `/api/diaries/{diaryId}`. */
  path: string;
  /** One line for lists; `description` may say more, in Markdown. */
  summary: string;
  description?: string;
  access: Access;
  /** Which people may call it; left out where only agents may. */
  people?: People;
  /** False where no agent may call it. */
  agents?: false;
  /** Left out where the request names nothing that belongs to anybody. */
  needs?: Need;
  limit: LimitName;
  /** A POST that changes nothing, such as a search: it is not recorded, and it may be repeated. */
  changesNothing?: boolean;
  /** A GET of what is so confidential that it is recorded who read it. */
  recordsReading?: boolean;
  /** Who acted, for the record, where no token says so: a registration's answer names the new agent. */
  // biome-ignore lint/suspicious/noExplicitAny: each route reads the answer that its own schema describes.
  actedAs?: (answer: any) => Actor;
  /** In whose record it belongs, where the caller acts outside of any organization: an operator who suspends one. */
  // biome-ignore lint/suspicious/noExplicitAny: each route reads the answer that its own schema describes.
  recordedIn?: (answer: any) => Id<"org">;
  /**
   * Which things it was about, for the record, in place of the path's parameters and the answer's `id`: where those do not say so, or
   * where a parameter is a secret.
   */
  // biome-ignore lint/suspicious/noExplicitAny: each route reads the answer that its own schema describes.
  subjectOf?: (answer: any, params: any) => Readonly<Record<string, string>>;
  /** Whether the operation takes `Idempotency-Key`: every POST that creates or spends. */
  idempotent?: boolean;
  /** Whether the response carries an `ETag` (its `version`) and the request may carry `If-Match`. */
  versioned?: boolean;
  /** A larger or smaller cap on the request's body than {@link DEFAULT_BODY_BYTES}. */
  bodyLimitBytes?: number;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  status: 200 | 201 | 204;
  /** Path of the created thing, filled from the response's fields: `/api/diaries/{id}`. */
  location?: string;
  response?: z.ZodType;
  /** Server-sent events in place of a response: their name, and what each carries. Such a route takes {@link streamQuery}. */
  stream?: { event: string; data: z.ZodType };
  /** How long anybody may keep the answer, for public reads; unless set, nobody may. */
  cacheSeconds?: number;
  /** Codes of the problems that are particular to this route, beside the ones that any route may answer with. */
  errors: readonly string[];
}

/** The routes of a module by verb: `memory.createDiary` is `contract.routes.createDiary`. */
export interface Contract<Routes extends Record<string, Route> = Record<string, Route>> {
  module: string;
  title: string;
  routes: Routes;
}

/**
 * The largest request body of a route that does not say otherwise: 64 KiB, several times what the longest names, tags and
 * questions take, and so little that parsing it never holds up the others.
 */
export const DEFAULT_BODY_BYTES = 65_536;

/** The largest body of a route that takes whole texts: 1 MiB. JSON may write each of 100,000 characters in six bytes. */
export const TEXT_BODY_BYTES = 1_048_576;

/** Declares a module's routes. Path parameters and `params` must agree; that they do is checked when the server starts. */
export function defineContract<const Routes extends Record<string, Route>>(
  contract: Contract<Routes>,
): Contract<Routes> {
  return contract;
}

/** Whether an operation only reads. */
export const isRead = ({ method, changesNothing = false }: Pick<Route, "method" | "changesNothing">): boolean =>
  method === "GET" || changesNothing;

/** The names in braces of a path. */
export const pathParameters = <Path extends string>(path: Path): PathParameters<Path>[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] as PathParameters<Path>);

/** A TypeID with the given prefix (https://github.com/jetify-com/typeid). */
export const idSchema = <Prefix extends string>(prefix: Prefix) =>
  z
    .templateLiteral([z.literal(prefix), "_", z.string().regex(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/)])
    .describe(`Id with the prefix \`${prefix}_\``);

/** A moment as ISO-8601 in UTC, with `Z`. Rows hold `Date`s; the wire holds this. */
export const timeSchema = () =>
  z.iso
    .datetime()
    .max(40)
    .regex(/^(?!0000)/, "There is no year 0")
    .describe("ISO-8601, UTC");

/** `?limit` and `?cursor` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).describe("How many items at most"),
  cursor: z.string().max(1024).optional().describe("`nextCursor` of the page before"),
};

/** `?lastEventId` of every stream, for clients that cannot set the header. */
export const streamQuery = {
  lastEventId: z
    .string()
    .max(1024)
    .optional()
    .describe("The `id` of the last event that came, as in the header `Last-Event-ID`; the stream goes on behind it"),
};

/**
 * `?signed=true` in a query, which holds texts alone: only what is so, only what is not, or both where it is left out. The
 * description says of what.
 */
export const onlyIf = (description: string) =>
  z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .pipe(z.boolean())
    .optional()
    .describe(description);

/** One page of a list; `total` counts the whole list. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe("Null on the last page"),
    total: z.number().int().describe("The count of the whole list"),
  });

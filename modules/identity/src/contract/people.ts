import { idSchema, organizationRoles, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

/** Slugs that name parts of a reef itself, and so never an organization. */
export const RESERVED_SLUGS: readonly string[] = [
  "app",
  "www",
  "api",
  "admin",
  "cp",
  "dashboard",
  "billing",
  "status",
  "docs",
];

export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])$/, "Must be 3 to 40 of a-z, 0-9 and -, and neither begin nor end with -")
  .refine((text) => !RESERVED_SLUGS.includes(text), "This name is kept for the reef itself")
  .describe("The organization's name in addresses: its subdomain, and `X-Reef-Organization`");

/** What a person or an organization is called. */
const displayName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Must be one line of plain text");

const membershipSchema = z.object({
  organizationId: idSchema("org"),
  name: z.string(),
  slug: z.string(),
  role: z.enum(organizationRoles),
});

const accountSchema = z
  .object({
    person: z.object({ id: idSchema("usr"), name: z.string(), email: z.string(), emailVerified: z.boolean() }),
    isOperator: z.boolean().describe("Whether this person runs the reef"),
    organization: membershipSchema.nullable().describe("The one that this request is about"),
    memberships: z.array(membershipSchema).max(100),
  })
  .meta({ id: "Account" });

const signInOptionsSchema = z
  .object({
    providers: z.array(z.enum(["google", "microsoft", "github"])).describe("Other accounts that one may sign in with"),
    signUp: z.enum(["open", "invited"]).describe("Who may make an account"),
    needsOperator: z.boolean().describe("True until somebody has used the link that `npm start` prints"),
    mailbox: z.boolean().describe("Whether mail lands in the mailbox page instead of being sent"),
  })
  .meta({ id: "SignInOptions" });

const organizationSchema = z
  .object({
    id: idSchema("org"),
    name: z.string(),
    slug: z.string(),
    members: z.number().int(),
    agents: z.number().int(),
    suspended: z.boolean().describe("Nobody of a suspended organization gets anything but the news of it"),
    createdAt: timeSchema(),
  })
  .meta({ id: "Organization" });

const organizationParams = z.object({ organizationId: idSchema("org") });

/** The account of who is signed in, and the beginning of a reef. */
export const peopleRoutes = {
  getSignInOptions: {
    method: "GET",
    path: "/api/sign-in",
    summary: "Tell how people sign in here",
    access: "public",
    limit: "read",
    status: 200,
    response: signInOptionsSchema,
    errors: [],
  },
  setUp: {
    method: "POST",
    path: "/api/setup",
    summary: "Make the first person, who operates the reef and owns its first organization",
    description:
      "The code is in the one-time link that `npm start` prints until this was done. Agents that joined before are in that organization.",
    actedAs: ({ person, organization }: Account) => ({
      personId: person.id,
      organizationId: organization?.organizationId as `org_${string}`,
      name: person.name,
    }),
    subjectOf: ({ organization }: Account) => ({ id: organization?.organizationId ?? "" }),
    access: "public",
    limit: "register",
    body: z.object({
      code: z.string().min(1).max(128),
      name: displayName,
      email: z.email().max(254),
      password: z.string().min(1).max(128),
      organizationName: displayName,
      slug,
    }),
    status: 201,
    response: accountSchema,
    errors: ["identity.setup_refused", "identity.password_too_weak", "identity.slug_taken"],
  },
  getAccount: {
    method: "GET",
    path: "/api/account",
    summary: "Tell who is signed in, and in which organizations",
    access: "account:read",
    people: "account",
    agents: false,
    limit: "read",
    status: 200,
    response: accountSchema,
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** What operators do with organizations. */
export const operatorRoutes = {
  listOrganizations: {
    method: "GET",
    path: "/api/admin/organizations",
    summary: "List the organizations of the reef, newest first",
    access: "reef:operate",
    people: "operator",
    agents: false,
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(organizationSchema),
    errors: ["list.invalid_cursor"],
  },
  suspendOrganization: {
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/suspend",
    summary: "Suspend an organization: its agents and people are refused until it is resumed",
    description: "Takes effect within five seconds everywhere. Nothing is deleted.",
    recordedIn: ({ id }: Organization) => id,
    access: "reef:operate",
    people: "operator",
    agents: false,
    limit: "write",
    params: organizationParams,
    status: 200,
    response: organizationSchema,
    errors: ["identity.organization_not_found", "identity.own_organization"],
  },
  resumeOrganization: {
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/resume",
    summary: "Resume a suspended organization",
    recordedIn: ({ id }: Organization) => id,
    access: "reef:operate",
    people: "operator",
    agents: false,
    limit: "write",
    params: organizationParams,
    status: 200,
    response: organizationSchema,
    errors: ["identity.organization_not_found"],
  },
} as const satisfies Record<string, Route>;

export type Account = z.output<typeof accountSchema>;
export type SignInOptions = z.output<typeof signInOptionsSchema>;
export type Organization = z.output<typeof organizationSchema>;

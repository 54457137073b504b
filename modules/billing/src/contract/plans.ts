import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

/** A million of a currency's units in cents: no plan and no overage costs more. */
const MOST_CENTS = 100_000_000;
/** As the gateway's budgets: nine million dollars, in micro-dollars. */
const MOST_MICROS = 9_000_000_000_000;
const MOST_TOKENS = 9_000_000_000_000_000;

/** Cents of the plan's currency, or what the currency has in their place (ISO 4217's minor unit). */
const centsSchema = z.int().min(0).max(MOST_CENTS);
/** ISO 4217, in lower case as Stripe writes it. */
export const currencySchema = z
  .string()
  .regex(/^[a-z]{3}$/)
  .describe("ISO 4217, in lower case");

const tokens = z.int().min(0).max(MOST_TOKENS).nullable();
const micros = z.int().min(0).max(MOST_MICROS).nullable();
const atLimit = z
  .enum(["stop", "charge"])
  .describe("What happens beyond the allowance: calls stop, or go on and are charged for with the next invoice");

const terms = {
  name: z.string().trim().min(1).max(60),
  description: z.string().trim().max(500),
  priceCents: centsSchema.describe("Of one month"),
  currency: currencySchema,
  allowanceTokens: tokens.describe("Input and output tokens of a month together; null: not limited"),
  allowanceMicros: micros.describe("What its calls of models may cost in a month, in micro-dollars; null: not limited"),
  atLimit,
  overageCentsPerMillion: centsSchema
    .nullable()
    .describe("For each million tokens beyond the allowance; only with `charge`"),
  trialDays: z
    .int()
    .min(0)
    .max(365)
    .describe("How many days are free when an organization subscribes for the first time"),
  isOffered: z.boolean().describe("Whether organizations may choose it themselves"),
  position: z.int().min(0).max(1_000).describe("Its place among the plans, from the least"),
};

const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .describe("The plan's short name, which never changes: `starter`");

/** A plan as everybody sees it. */
export const planSchema = z
  .object({
    id: idSchema("pln"),
    slug,
    ...terms,
    archivedAt: timeSchema().nullable().describe("Since when nobody can choose it; who has it keeps it"),
    version: z.int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Plan" });

const CHARGED_BY_TOKENS =
  "With `charge`, give `allowanceTokens` and `overageCentsPerMillion`; with `stop`, leave `overageCentsPerMillion` out";
/** Whether what happens at the limit and what is charged for it fit each other. */
export const isCoherent = ({
  atLimit: mode,
  overageCentsPerMillion,
  allowanceTokens,
}: Pick<Plan, "atLimit" | "overageCentsPerMillion" | "allowanceTokens">): boolean =>
  mode === "charge" ? overageCentsPerMillion !== null && allowanceTokens !== null : overageCentsPerMillion === null;

const newPlanSchema = z
  .strictObject({
    slug,
    ...terms,
    description: terms.description.default(""),
    currency: currencySchema.default("usd"),
    allowanceTokens: terms.allowanceTokens.default(null),
    allowanceMicros: terms.allowanceMicros.default(null),
    atLimit: atLimit.default("stop"),
    overageCentsPerMillion: terms.overageCentsPerMillion.default(null),
    trialDays: terms.trialDays.default(0),
    isOffered: terms.isOffered.default(true),
    position: terms.position.default(100),
  })
  .refine(isCoherent, { path: ["overageCentsPerMillion"], message: CHARGED_BY_TOKENS });

const { currency: _fixed, ...changeable } = terms;
const planChangeSchema = z
  .strictObject(changeable)
  .partial()
  .refine((change) => Object.keys(change).length > 0, "Name at least one thing to change");

const planParams = z.object({ planId: idSchema("pln") });
const operated = { access: "reef:operate", people: "operator", agents: false } as const;

/** The routes of plans. */
export const planRoutes = {
  listPlans: {
    method: "GET",
    path: "/api/plans",
    summary: "List the plans that an organization may choose, from the least",
    access: "billing:read",
    people: "member",
    agents: false,
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(planSchema),
    errors: ["list.invalid_cursor"],
  },
  listAllPlans: {
    ...operated,
    method: "GET",
    path: "/api/admin/plans",
    summary: "List all plans of the reef, also those that nobody can choose any more",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(planSchema),
    errors: ["list.invalid_cursor"],
  },
  createPlan: {
    ...operated,
    method: "POST",
    path: "/api/admin/plans",
    summary: "Create a plan",
    limit: "write",
    idempotent: true,
    versioned: true,
    body: newPlanSchema,
    status: 201,
    location: "/api/admin/plans/{id}",
    response: planSchema,
    errors: ["billing.plan_exists"],
  },
  getPlan: {
    ...operated,
    method: "GET",
    path: "/api/admin/plans/{planId}",
    summary: "Get a plan",
    limit: "read",
    versioned: true,
    params: planParams,
    status: 200,
    response: planSchema,
    errors: ["billing.plan_not_found"],
  },
  updatePlan: {
    ...operated,
    method: "PATCH",
    path: "/api/admin/plans/{planId}",
    summary: "Change a plan",
    description:
      "A new allowance holds at once for everybody who has the plan; a new price from each one's next month on. The currency of a plan stays.",
    limit: "write",
    versioned: true,
    params: planParams,
    body: planChangeSchema,
    status: 200,
    response: planSchema,
    errors: ["billing.plan_not_found", "billing.overage_mismatch", "billing.changed"],
  },
  archivePlan: {
    ...operated,
    method: "DELETE",
    path: "/api/admin/plans/{planId}",
    summary: "Archive a plan: nobody can choose it any more, and who has it keeps it",
    limit: "write",
    params: planParams,
    status: 204,
    errors: ["billing.plan_not_found"],
  },
} as const satisfies Record<string, Route>;

export type Plan = z.output<typeof planSchema>;
export type NewPlan = z.output<typeof newPlanSchema>;
export type PlanChange = z.output<typeof planChangeSchema>;

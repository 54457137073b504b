import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

/** Nine million dollars: billionths of one are counted exactly up to there. */
const MOST_MICROS = 9_000_000_000_000;
const MOST_TOKENS = 9_000_000_000_000_000;

const scopes = ["organization", "workspace", "agent", "key"] as const;
const scope = z
  .enum([...scopes, "plan"])
  .describe(
    "What it is for: a call draws on all budgets of its key, its workspace, its agent and its organization, and on that of the organization's plan",
  );
const scopeId = z.union([idSchema("wsp"), idSchema("agt"), idSchema("key")]);
const periods = ["day", "month", "total"] as const;
const period = z
  .enum([...periods, "plan"])
  .describe("A day or a month in UTC, all time, or the month of the organization's plan");
const limitTokens = z.int().min(0).max(MOST_TOKENS).nullable().describe("Input and output together; null: not limited");
const limitMicros = z.int().min(0).max(MOST_MICROS).nullable().describe("Micro-dollars; null: not limited");

const budgetSchema = z
  .object({
    id: idSchema("bud"),
    scope,
    scopeId: scopeId.nullable().describe("The workspace, agent or key; null for the organization itself and its plan"),
    period,
    limitTokens,
    limitMicros,
    usedTokens: z.int().describe("Of the present period, as far as calls are on record"),
    usedMicros: z.int(),
    heldTokens: z.int().describe("What the reef's processes hold for calls in flight and the next ones"),
    heldMicros: z.int(),
    periodStart: timeSchema().nullable().describe("Null for all time"),
    resetsAt: timeSchema().nullable().describe("When the next period begins; null for all time"),
    warnedAt: timeSchema().nullable().describe("When nine tenths were used"),
    exhaustedAt: timeSchema().nullable().describe("When all was used"),
    version: z.int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Budget" });

const NO_LIMIT = "Name at least one of limitTokens and limitMicros";

const newBudgetSchema = z
  .strictObject({
    scope: z.enum(scopes).describe("What it is for"),
    scopeId: scopeId.optional().describe("The workspace, agent or key; left out for the organization itself"),
    period: z.enum(periods).describe("A day or a month in UTC, or all time"),
    limitTokens: limitTokens.default(null),
    limitMicros: limitMicros.default(null),
  })
  .refine((budget) => budget.limitTokens !== null || budget.limitMicros !== null, NO_LIMIT)
  .refine((budget) => hasItsPrefix(budget), { path: ["scopeId"], message: "Must be the id of what the scope says" });

const PREFIXES = { organization: undefined, workspace: "wsp_", agent: "agt_", key: "key_" } as const;

function hasItsPrefix(budget: { scope: (typeof scopes)[number]; scopeId?: string | undefined }): boolean {
  const prefix = PREFIXES[budget.scope];
  return prefix === undefined ? budget.scopeId === undefined : (budget.scopeId?.startsWith(prefix) ?? false);
}

const budgetChangeSchema = z
  .strictObject({ limitTokens: limitTokens.optional(), limitMicros: limitMicros.optional() })
  .refine((change) => change.limitTokens !== undefined || change.limitMicros !== undefined, NO_LIMIT);

const budgetParams = z.object({ budgetId: idSchema("bud") });
const managed = { access: "organization:manage", people: "admin", agents: false, limit: "write" } as const;
const read = { method: "GET", access: "gateway:read", people: "member", agents: false, limit: "read" } as const;

/** The routes of budgets. */
export const budgetRoutes = {
  createBudget: {
    ...managed,
    method: "POST",
    path: "/api/budgets",
    summary: "Create a budget of tokens, of money, or of both",
    description:
      "Calls are admitted as long as less than the limit is used or set aside by calls in flight, so a budget can be passed by the last call alone, by what that declared. It holds within a second. What was used before it was created does not count.",
    idempotent: true,
    versioned: true,
    body: newBudgetSchema,
    status: 201,
    location: "/api/budgets/{id}",
    response: budgetSchema,
    errors: ["gateway.budget_exists", "gateway.no_such_agent", "gateway.key_not_found"],
  },
  listBudgets: {
    ...read,
    path: "/api/budgets",
    summary: "List budgets with what is used of them, newest first",
    query: z.object({
      ...pageQuery,
      scope: scope.optional(),
      scopeId: scopeId.optional().describe("Only those of this workspace, agent or key"),
    }),
    status: 200,
    response: pageSchema(budgetSchema),
    errors: ["list.invalid_cursor"],
  },
  getBudget: {
    ...read,
    path: "/api/budgets/{budgetId}",
    summary: "Get a budget with what is used of it",
    needs: "own",
    versioned: true,
    params: budgetParams,
    status: 200,
    response: budgetSchema,
    errors: ["gateway.budget_not_found"],
  },
  updateBudget: {
    ...managed,
    method: "PATCH",
    path: "/api/budgets/{budgetId}",
    summary: "Change what a budget allows",
    description: "It holds everywhere within a second or two.",
    needs: "own",
    versioned: true,
    params: budgetParams,
    body: budgetChangeSchema,
    status: 200,
    response: budgetSchema,
    errors: ["gateway.budget_not_found", "gateway.budget_of_plan", "gateway.budget_without_limit", "gateway.changed"],
  },
  deleteBudget: {
    ...managed,
    method: "DELETE",
    path: "/api/budgets/{budgetId}",
    summary: "Delete a budget",
    needs: "own",
    params: budgetParams,
    status: 204,
    errors: ["gateway.budget_not_found", "gateway.budget_of_plan"],
  },
} as const satisfies Record<string, Route>;

export type Budget = z.output<typeof budgetSchema>;
export type NewBudget = z.output<typeof newBudgetSchema>;
export type BudgetChange = z.output<typeof budgetChangeSchema>;

import { defineEvent } from "@reef/events";
import { idSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const budgetUse = z.object({
  organizationId: idSchema("org"),
  budgetId: idSchema("bud"),
  /** `plan`: it is the allowance of the organization's plan. */
  scope: z.enum(["organization", "workspace", "agent", "key", "plan"]),
  /** UUID of what the budget is for; of the organization where it is of its plan. */
  scopeId: z.string(),
  period: z.enum(["day", "month", "total", "plan"]),
  /** Null for a budget that never begins anew. */
  periodStart: timeSchema().nullable(),
  /** Which of its limits it is. */
  unit: z.enum(["tokens", "micros"]),
  used: z.int(),
  limit: z.int(),
});

/** Nine tenths of a budget are used: said once in a period, and again after its limits were changed. */
export const budgetWarned = defineEvent("gateway.budget_warned", budgetUse);

/** A budget is used up, so calls that draw on it are refused: said once in a period, and again after its limits were changed. */
export const budgetExhausted = defineEvent("gateway.budget_exhausted", budgetUse);

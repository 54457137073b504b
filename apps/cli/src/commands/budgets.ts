import type { Budget, Page, Reef } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { agentIdOf } from "../gateway/find.ts";
import { count, dollarsOf } from "../terminal/amount.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

interface CreateOptions {
  per?: Exclude<Budget["period"], "plan">;
  dollars?: number;
  tokens?: number;
  key?: `key_${string}`;
  agent?: string;
  workspace?: `wsp_${string}`;
}

/** `reef budgets create`: stdout gets the new budget's id. */
export async function createBudget(context: Context, options: CreateOptions): Promise<void> {
  const { per: period, dollars: limitMicros, tokens: limitTokens } = options;
  const { output } = context;
  if (period === undefined) {
    throw new CommandError(exitCodes.wrongUse, "Say for how long it is.", "Add --per day, --per month or --per total.");
  }
  if (limitMicros === undefined && limitTokens === undefined) {
    throw new CommandError(exitCodes.wrongUse, "Say what may be used.", "Add --dollars, --tokens or both.");
  }
  const reef = await connect(context);
  const budget = await reef.gateway.createBudget({
    ...(await scopeOf(reef, options)),
    period,
    limitMicros,
    limitTokens,
  });
  output.result(budget, budget.id);
  output.talk("It holds everywhere within a second or two. What was used before does not count.");
}

async function scopeOf(
  reef: Reef,
  { key, agent, workspace }: CreateOptions,
): Promise<{ scope: Exclude<Budget["scope"], "plan">; scopeId?: NonNullable<Budget["scopeId"]> | undefined }> {
  if (key !== undefined) return { scope: "key", scopeId: key };
  if (workspace !== undefined) return { scope: "workspace", scopeId: workspace };
  if (agent !== undefined) return { scope: "agent", scopeId: await agentIdOf(reef, agent) };
  return { scope: "organization" };
}

/** `reef budgets list` */
export async function listBudgets(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Budget> = await reef.gateway.listBudgets({ limit, cursor });
  const columns = [
    { heading: "FOR", text: ({ scope, scopeId }: Budget) => scopeId ?? `the ${scope}` },
    { heading: "PER", text: ({ period }: Budget) => (period === "plan" ? "month" : period) },
    { heading: "MONEY", text: (budget: Budget) => usedOf(budget.usedMicros, budget.limitMicros, dollarsOf) },
    { heading: "TOKENS", text: (budget: Budget) => usedOf(budget.usedTokens, budget.limitTokens, count) },
    { heading: "RESETS", text: ({ resetsAt }: Budget) => (resetsAt === null ? "never" : relativeTime(resetsAt)) },
    { heading: "ID", text: (budget: Budget) => budget.id },
  ];
  writePage(context.output, page, columns, "There is no budget. Create one with `reef budgets create`.");
}

/** `$1.20 of $5.00 (24%)`; only what is used where nothing limits it. */
function usedOf(used: number, limit: number | null, render: (amount: number) => string): string {
  if (limit === null) return render(used);
  const share = limit === 0 ? 100 : Math.floor((used / limit) * 100);
  return `${render(used)} of ${render(limit)} (${share}%)`;
}

/** `reef budgets delete ID` */
export async function deleteBudget(
  context: Context,
  { yes }: { yes?: boolean },
  budgetId: Budget["id"],
): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  await reef.gateway.getBudget({ budgetId });
  await confirm("Delete the budget? It holds nobody back any more.", yes, signal);
  await reef.gateway.deleteBudget({ budgetId });
  output.result({ deleted: budgetId }, "");
  output.talk("Deleted.");
}

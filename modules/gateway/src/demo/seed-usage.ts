import { randomUUID } from "node:crypto";
import { type Id, toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import { sql } from "kysely";
import { periodAt } from "../plane/budgets/periods.ts";
import { chargesOf, type UsageRecord } from "../plane/journal/usage-event.ts";
import { findPrice } from "../prices/index.ts";
import { findAlias } from "../store/aliases.ts";
import { addCharges } from "../store/budget-charges.ts";
import { listBudgetPeriods, listBudgetsOfKeys } from "../store/budgets.ts";
import { listKeys, type StoredKey } from "../store/keys.ts";
import { listModels, type SeenModel } from "../store/models.ts";
import { noteUses } from "../store/plane-keys.ts";
import { sumUsage } from "../store/usage.ts";
import { insertUsage } from "../store/usage-events.ts";
import { type AskedModel, type InventedCaller, inventCalls } from "./invent-calls.ts";

/** How much there is to see: a reef of a few days, or one that is in use. */
export const usageScenarios = {
  few: { days: 3, callsADay: 9 },
  full: { days: 45, callsADay: 260 },
} as const;

export type UsageScenario = keyof typeof usageScenarios;

/** Why nothing was invented; what to do stands in it. */
export class UsageNotInvented extends Error {}

interface SeedUsageOptions {
  organizationId: Id<"org">;
  scenario: UsageScenario;
  /** In milliseconds. */
  now: number;
}

const MOST = 100;
const AT_ONCE = 500;

/**
 * Fills an organization with calls that nobody made, in the name of its keys and up to now, with their hours and with what they
 * took of its budgets. It writes as the metering does, since no call of the present can be made in the past.
 *
 * @returns how many calls there are now.
 * @throws UsageNotInvented where calls are on record, which must not be mixed with invented ones, and where nothing can be called.
 */
export function seedUsage(db: Connection, { organizationId, scenario, now }: SeedUsageOptions): Promise<number> {
  return transact(db, async (tx) => {
    const always = { from: new Date(0), to: new Date(now + 1) };
    if ((await sumUsage(tx, organizationId, always)).calls > 0) {
      throw new UsageNotInvented(
        "Calls are on record in this organization, and invented ones are not mixed with them. Choose an empty organization.",
      );
    }
    const keys = await listKeys(tx, organizationId, { now: new Date(now), limit: MOST });
    const { models } = await listModels(tx, organizationId, { limit: MOST });
    const callers = await Promise.all(keys.map((key) => callerOf(tx, organizationId, key, models)));
    const records = inventCalls({
      organizationId: toUuid(organizationId),
      // The oldest key is the busiest.
      callers: callers.filter((caller) => caller.models.length > 0).reverse(),
      now,
      ...usageScenarios[scenario],
    });
    if (records.length === 0) {
      throw new UsageNotInvented(
        "The organization has no key, or no model that a key may ask for. Fill it with `reef seed demo` first, as its owner.",
      );
    }
    await charge(tx, records, now);
    for (let from = 0; from < records.length; from += AT_ONCE) {
      await insertUsage(tx, records.slice(from, from + AT_ONCE));
    }
    await noteUses(tx, lastUsesOf(records));
    return records.length;
  });
}

async function callerOf(
  db: Connection,
  organizationId: Id<"org">,
  { id, agentId, workspaceId, models }: StoredKey,
  seen: readonly SeenModel[],
): Promise<InventedCaller> {
  const asked: AskedModel[] = [];
  for (const name of models ?? seen.map(({ model }) => model.name)) {
    const alias = await findAlias(db, organizationId, name);
    const [target] = alias?.targets ?? [];
    const found = seen.find(({ model, provider }) =>
      target === undefined
        ? model.name === name
        : model.name === target.model && toUuid(provider.id) === target.providerId,
    );
    if (found === undefined) continue;
    const { model, provider } = found;
    asked.push({
      requested: name,
      model: model.name,
      providerId: toUuid(provider.id),
      price: model.price ?? findPrice(provider.kind, model.name)?.price ?? null,
    });
  }
  return {
    keyId: toUuid(id),
    agentId: agentId && toUuid(agentId),
    workspaceId: workspaceId && toUuid(workspaceId),
    models: asked,
  };
}

/** Counts the calls as used in the present periods of the budgets; what they crossed is noted, and announced to nobody. */
async function charge(db: Connection, records: readonly UsageRecord[], now: number): Promise<void> {
  const drawers = new Map(
    records.map(({ begun: { keyId, organizationId, agentId, workspaceId } }) => [
      keyId,
      { id: keyId, organizationId, agentId, workspaceId },
    ]),
  );
  const ofKeys = await listBudgetsOfKeys(db, [...drawers.values()]);
  const periods = await listBudgetPeriods(db, [...new Set([...ofKeys.values()].flat())]);
  const starts = new Map(periods.map(({ id, period }) => [id, periodAt(period, now).start]));
  const charged = records.map(({ begun, ended }) => {
    const charges = (ofKeys.get(begun.keyId) ?? []).flatMap((budgetId) => {
      const periodStart = starts.get(budgetId);
      return periodStart === undefined || begun.startedAt < periodStart ? [] : [{ budgetId, periodStart }];
    });
    return { begun: { ...begun, charges }, ended };
  });
  const charges = chargesOf(charged);
  await sql`
    insert into gateway.budget_periods (budget_id, period_start)
    select * from unnest(
      ${charges.map(({ budgetId }) => budgetId)}::uuid[],
      ${charges.map(({ periodStart }) => new Date(periodStart))}::timestamptz[]
    ) on conflict do nothing`.execute(db);
  // No process made these calls, so none holds a slice for them.
  await addCharges(db, randomUUID(), charges);
}

function lastUsesOf(records: readonly UsageRecord[]): { id: string; usedAt: Date }[] {
  const last = new Map(records.map(({ begun }) => [begun.keyId, begun.startedAt]));
  return [...last].map(([id, startedAt]) => ({ id, usedAt: new Date(startedAt) }));
}

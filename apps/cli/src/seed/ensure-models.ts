import { type GatewayKey, type ProviderSummary, type Reef, ReefError } from "@reef/sdk";
import type { Members } from "./members.ts";
import { aliases, budgets, keys, providers } from "./models-story.ts";

const DAY_MS = 86_400_000;
const MICROS = 1_000_000;
const MOST = 100;

/** Whether who acts here may set up models: a person who manages the organization. */
export async function maySetUpModels(reef: Reef): Promise<boolean> {
  try {
    const { organization } = await reef.identity.getAccount();
    return organization !== null && organization.role !== "member";
  } catch (error) {
    if (error instanceof ReefError && [401, 403].includes(error.status)) return false;
    throw error;
  }
}

/** Creates the providers, aliases, keys and budgets that are missing. */
export async function ensureModels(reef: Reef, members: Members): Promise<void> {
  const bySlug = await ensureProviders(reef);
  await ensureAliases(reef, bySlug);
  await ensureBudgets(reef, members, await ensureKeys(reef, members));
}

async function ensureProviders({ gateway }: Reef): Promise<ReadonlyMap<string, ProviderSummary>> {
  const { items } = await gateway.listProviders({ limit: MOST });
  const bySlug = new Map(items.map((provider) => [provider.slug, provider]));
  for (const { slug, models, price, keys: keyCount, ...provider } of providers) {
    if (bySlug.has(slug)) continue;
    const created = await gateway.createProvider({
      ...provider,
      slug,
      models: models.map((name) => (price === undefined ? { name } : { name, price })),
    });
    for (let key = 1; key <= keyCount; key += 1) {
      const label = key === 1 ? "harbour" : "spare";
      await gateway.createProviderKey({ providerId: created.id, label, secret: `no-real-key-of-${slug}-${key}` });
    }
    bySlug.set(slug, created);
  }
  return bySlug;
}

async function ensureAliases({ gateway }: Reef, bySlug: ReadonlyMap<string, ProviderSummary>): Promise<void> {
  const { items } = await gateway.listAliases({ limit: MOST });
  for (const [name, steps] of Object.entries(aliases)) {
    if (items.some((alias) => alias.name === name)) continue;
    const targets = steps.flatMap((step, order) =>
      step.flatMap(({ of, model, weight }) => {
        const provider = bySlug.get(of);
        return provider === undefined ? [] : [{ providerId: provider.id, model, weight, order }];
      }),
    );
    await gateway.createAlias({ name, targets });
  }
}

async function ensureKeys({ gateway }: Reef, members: Members): Promise<ReadonlyMap<string, GatewayKey>> {
  const { items } = await gateway.listKeys({ limit: MOST });
  const byName = new Map(items.map((key) => [key.name, key]));
  for (const { name, agent, models, days, isRevoked, ...limits } of keys) {
    if (byName.has(name)) continue;
    const key = await gateway.createKey({
      name,
      ...limits,
      models: models === undefined ? null : [...models],
      ...(agent !== undefined && { agentId: members[agent].agentId }),
      ...(days !== undefined && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
    });
    if (isRevoked) await gateway.revokeKey({ keyId: key.id });
    byName.set(name, key);
  }
  return byName;
}

async function ensureBudgets(
  { gateway }: Reef,
  members: Members,
  byName: ReadonlyMap<string, GatewayKey>,
): Promise<void> {
  const { items } = await gateway.listBudgets({ limit: MOST });
  for (const { for: whom, period, dollars, tokens } of budgets) {
    const scope = whom === undefined ? "organization" : "agent" in whom ? "agent" : "key";
    const scopeId =
      whom === undefined ? undefined : "agent" in whom ? members[whom.agent].agentId : byName.get(whom.key)?.id;
    const isThere = items.some(
      (budget) => budget.scope === scope && budget.period === period && (budget.scopeId ?? undefined) === scopeId,
    );
    if (isThere) continue;
    await gateway.createBudget({
      scope,
      ...(scopeId !== undefined && { scopeId }),
      period,
      limitMicros: dollars === undefined ? null : dollars * MICROS,
      limitTokens: tokens ?? null,
    });
  }
}

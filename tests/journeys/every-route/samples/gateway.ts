import { newId } from "@reef/crypto";
import { upstreamModel } from "../../../support/model-upstream.ts";
import { freshName, type GatewayWorld, type ProviderScope, providerAt } from "../gateway-world.ts";
import type { Sample } from "../sample.ts";

const nothing: Sample = { request: async () => ({}) };

/** A request that follows from what the gateway has. */
const sample = (request: (gateway: GatewayWorld) => Promise<Awaited<ReturnType<Sample["request"]>>>): Sample => ({
  request: ({ gateway }) => request(gateway),
});

const ofKey = (body?: object) => sample(async ({ keyId }) => ({ path: { keyId }, body }));
const ofNewBudget = (body?: object) =>
  sample(async ({ makeBudget }) => ({ path: { budgetId: await makeBudget() }, body }));
const ofNewAlias = sample(async ({ makeAlias }) => ({ path: { name: await makeAlias() } }));

/** Of this call nothing was captured. */
const ofCapture: Sample = {
  request: async ({ gateway }) => ({ path: { usageEventId: gateway.usageEventId } }),
  answers: { admin: 404, operator: 404 },
};

const targetsOf = ({ reefProviderId }: GatewayWorld) => [{ providerId: reefProviderId, model: upstreamModel.name }];

/** Good requests of the routes of providers, which an organization has for its own and the reef for all. */
function providerSamples(scope: ProviderScope, named: (verb: string, subject: string) => string) {
  const idOf = ({ providerId, reefProviderId }: GatewayWorld) => (scope === "reef" ? reefProviderId : providerId);
  const ofOne = (body?: object) => sample(async (gateway) => ({ path: { providerId: idOf(gateway) }, body }));
  const ofItsKey = (gateway: GatewayWorld, providerKeyId: string) => ({ providerId: idOf(gateway), providerKeyId });
  return {
    [named("create", "Provider")]: sample(async ({ upstream }) => ({ body: providerAt(upstream.baseUrl) })),
    [named("list", "Providers")]: nothing,
    [named("get", "Provider")]: ofOne(),
    [named("update", "Provider")]: ofOne({ name: "renamed" }),
    [named("delete", "Provider")]: sample(async ({ makeProvider }) => ({
      path: { providerId: await makeProvider(scope) },
    })),
    [named("list", "ProviderKeys")]: ofOne(),
    [named("create", "ProviderKey")]: ofOne({ secret: "what-the-provider-gave" }),
    [named("update", "ProviderKey")]: sample(async (gateway) => ({
      path: ofItsKey(gateway, gateway.providerKeyIds[scope]),
      body: { label: "renamed" },
    })),
    [named("delete", "ProviderKey")]: sample(async (gateway) => ({
      path: ofItsKey(gateway, await gateway.makeProviderKey(scope)),
    })),
    [named("test", "Provider")]: ofOne(),
    [named("refresh", "ProviderModels")]: ofOne(),
  };
}

/** Good requests of the gateway module's routes. */
export const gatewaySamples: Readonly<Record<string, Sample>> = {
  "gateway.createKey": { request: async () => ({ body: { name: "a program's" } }) },
  "gateway.listKeys": nothing,
  "gateway.getKey": ofKey(),
  "gateway.updateKey": ofKey({ name: "renamed" }),
  "gateway.revokeKey": sample(async ({ makeKey }) => ({ path: { keyId: await makeKey() } })),
  "gateway.createBudget": {
    request: async () => ({
      body: { scope: "workspace", scopeId: newId("wsp"), period: "month", limitMicros: 1_000_000 },
    }),
  },
  "gateway.listBudgets": nothing,
  "gateway.getBudget": ofNewBudget(),
  "gateway.updateBudget": ofNewBudget({ limitTokens: 10 }),
  "gateway.deleteBudget": ofNewBudget(),
  "gateway.listProviderOffers": nothing,
  // What is found depends on the machine, and to ask what was found leads out of it; so here nothing was.
  "gateway.acceptProviderOffer": { request: async () => ({ path: { kind: "nothing" } }), answers: { operator: 404 } },
  "gateway.listProviderKinds": nothing,
  ...providerSamples("organization", (verb, subject) => `gateway.${verb}${subject}`),
  ...providerSamples("reef", (verb, subject) => `gateway.${verb}Reef${subject}`),
  "gateway.listModels": nothing,
  "gateway.createAlias": sample(async (gateway) => ({ body: { name: freshName(), targets: targetsOf(gateway) } })),
  "gateway.listAliases": nothing,
  "gateway.getAlias": ofNewAlias,
  "gateway.updateAlias": sample(async (gateway) => ({
    path: { name: await gateway.makeAlias() },
    body: { targets: targetsOf(gateway) },
  })),
  "gateway.deleteAlias": ofNewAlias,
  "gateway.getUsage": nothing,
  "gateway.listUsageEvents": nothing,
  "gateway.exportUsage": nothing,
  "gateway.getUsageEvent": sample(async ({ usageEventId }) => ({ path: { usageEventId } })),
  "gateway.getCaptureSettings": nothing,
  "gateway.updateCaptureSettings": { request: async () => ({ body: { retentionDays: 7 } }) },
  "gateway.getUsageCapture": ofCapture,
  "gateway.deleteUsageCapture": ofCapture,
  "gateway.deleteKeyCaptures": sample(async ({ makeKey }) => ({ path: { keyId: await makeKey() } })),
  "gateway.getCache": nothing,
  "gateway.clearCache": nothing,
};

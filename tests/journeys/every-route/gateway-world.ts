import { type Id, newId } from "@reef/crypto";
import { until } from "@reef/testing";
import { type ModelUpstream, startModelUpstream, upstreamModel } from "../../support/model-upstream.ts";
import type { Credentials } from "../../support/people.ts";
import { ask } from "./ask.ts";

/** What the gateway has of the owner's organization and of the reef, at an upstream on this machine. */
export interface GatewayWorld {
  upstream: ModelUpstream;
  /** A provider of the organization's own. */
  providerId: string;
  /** A provider of the whole reef. */
  reefProviderId: string;
  /** A key for the owner, with which one call was made. */
  keyId: string;
  /** That call. */
  usageEventId: string;
  makeKey(): Promise<string>;
  makeBudget(): Promise<string>;
  makeProvider(scope: ProviderScope): Promise<string>;
  /** The key that each of the two has, and one more: a provider has twenty at most. */
  providerKeyIds: Readonly<Record<ProviderScope, string>>;
  makeProviderKey(scope: ProviderScope): Promise<string>;
  /** The name of a new alias of the reef's provider. */
  makeAlias(): Promise<string>;
}

export type ProviderScope = "organization" | "reef";

const PROVIDERS: Readonly<Record<ProviderScope, string>> = {
  organization: "/api/providers",
  reef: "/api/admin/providers",
};

/** A name or slug that nothing has yet. */
export const freshName = (): string => newId("evt").slice(-16);

/** A provider's fields. */
export const providerAt = (baseUrl: string) => ({
  kind: "openai-compatible",
  slug: freshName(),
  baseUrl,
  models: [{ name: upstreamModel.name, price: { inputMicros: 1_000_000, outputMicros: 2_000_000 } }],
});

/** Sets it all up as the operator, who owns the organization as well, and makes one call. */
export async function makeGatewayWorld(url: string, operator: Credentials, ownerId: Id<"agt">): Promise<GatewayWorld> {
  const upstream = await startModelUpstream();
  const create = (path: string, body: object) => ask(url, path, operator, { method: "POST", body });
  const makeProvider = async (scope: ProviderScope) =>
    (await create(PROVIDERS[scope], providerAt(upstream.baseUrl))).id;
  const providerIds = { organization: await makeProvider("organization"), reef: await makeProvider("reef") };
  const makeProviderKey = async (scope: ProviderScope) =>
    (await create(`${PROVIDERS[scope]}/${providerIds[scope]}/keys`, { secret: "what-the-provider-gave" })).id;
  const providerKeyIds = { organization: await makeProviderKey("organization"), reef: await makeProviderKey("reef") };
  const key = await create("/api/keys", { name: "the owner's", agentId: ownerId });
  const { slug } = await ask(url, `${PROVIDERS.reef}/${providerIds.reef}`, operator);
  const question = { model: `${slug}/${upstreamModel.name}`, messages: [{ role: "user", content: "when?" }] };
  await ask(url, "/v1/chat/completions", { Authorization: `Bearer ${key.secret}` }, { method: "POST", body: question });

  return {
    upstream,
    providerId: providerIds.organization,
    reefProviderId: providerIds.reef,
    keyId: key.id,
    usageEventId: await findUsageEvent(url, operator),
    makeKey: async () => (await create("/api/keys", { name: "one of many", agentId: ownerId })).id,
    makeBudget: async () =>
      (await create("/api/budgets", { scope: "workspace", scopeId: newId("wsp"), period: "day", limitTokens: 9 })).id,
    makeProvider,
    providerKeyIds,
    makeProviderKey,
    async makeAlias() {
      const targets = [{ providerId: providerIds.reef, model: upstreamModel.name }];
      return (await create("/api/aliases", { name: freshName(), targets })).name;
    },
  };
}

/** The one call, once it is in the database. */
async function findUsageEvent(url: string, operator: Credentials): Promise<string> {
  const event = await until(async () => (await ask(url, "/api/usage/events", operator)).items[0]);
  return event.id;
}

import { randomUUID } from "node:crypto";
import type { SignedInPerson } from "../../support/people.ts";

/** Sets a reef up for the bench: a provider, a priced model, a key with budgets of every scope. Gives the secrets of two keys: one that asks each time, and one whose answers are kept. */
export async function openGateway(
  url: string,
  operator: SignedInPerson,
  upstreamUrl: string,
): Promise<{ secret: string; cachedSecret: string }> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": randomUUID(), ...operator.byToken },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string; secret: string };
  };
  const provider = await post("/api/admin/providers", {
    kind: "openai-compatible",
    slug: "bench",
    baseUrl: upstreamUrl,
    models: [{ name: "bench", price: { inputMicros: 1_000_000, outputMicros: 2_000_000 } }],
  });
  await post(`/api/admin/providers/${provider.id}/keys`, { secret: "none" });
  const key = await post("/api/keys", { name: "bench" });
  const cached = await post("/api/keys", { name: "cached", cache: { exact: true } });
  const limits = { limitTokens: 1_000_000_000_000, limitMicros: 1_000_000_000_000 };
  await post("/api/budgets", { scope: "key", scopeId: key.id, period: "day", ...limits });
  await post("/api/budgets", { scope: "organization", period: "month", ...limits });
  return { secret: key.secret, cachedSecret: cached.secret };
}

import { randomUUID } from "node:crypto";
import type { SignedInPerson } from "../../support/people.ts";

/** Sets a reef up for the bench: a provider, a priced model, a key with budgets of every scope. Gives the key's secret. */
export async function openGateway(url: string, operator: SignedInPerson, upstreamUrl: string): Promise<string> {
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
  const limits = { limitTokens: 1_000_000_000_000, limitMicros: 1_000_000_000_000 };
  await post("/api/budgets", { scope: "key", scopeId: key.id, period: "day", ...limits });
  await post("/api/budgets", { scope: "organization", period: "month", ...limits });
  return key.secret;
}

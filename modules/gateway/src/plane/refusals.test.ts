import assert from "node:assert/strict";
import { it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { type Id, toUuid } from "@reef/crypto";
import { until } from "@reef/testing";
import { sql } from "kysely";
import OpenAI from "openai";
import { describeGateway, type TenantKey } from "../test/composed-gateway.ts";

const MESSAGES = [{ role: "user" as const, content: "Hi" }];

/** One call by each official client; each rejects with what its client makes of a refusal. */
const CLIENTS = {
  "openai-chat": ({ openai }: TenantKey, model: string) =>
    openai.chat.completions.create({ model, messages: MESSAGES }),
  "openai-responses": ({ openai }: TenantKey, model: string) => openai.responses.create({ model, input: "Hi" }),
  anthropic: ({ anthropic }: TenantKey, model: string) =>
    anthropic.messages.create({ model, messages: MESSAGES, max_tokens: 10 }),
};
const PATHS = { "openai-chat": "/v1/chat/completions", "openai-responses": "/v1/responses", anthropic: "/v1/messages" };

/** What a client was refused with. */
async function refusalOf(
  work: Promise<unknown>,
): Promise<{ status: number; type: string; error: AnyError; headers: Headers }> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError, String(error));
    const said = error.error as AnyError;
    const inner = error instanceof Anthropic.APIError ? said.error : said;
    return { status: error.status ?? 0, type: inner.type, error: inner, headers: error.headers as Headers };
  }
  assert.fail("It was answered.");
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what the dialect says.
type AnyError = any;

describeGateway("refusals in the client's dialect", ({ setUp, gateway, database }) => {
  for (const [dialect, call] of Object.entries(CLIENTS)) {
    const path = PATHS[dialect as keyof typeof PATHS];

    it(`${dialect}: 401 for a key that there is none of, 404 for a model that the key may not call`, async () => {
      const { key, provider, tenant } = await setUp();
      const url = gateway().url;
      const secret = `rk_${"A".repeat(43)}`;
      const stranger = {
        ...key,
        openai: new OpenAI({ apiKey: secret, baseURL: `${url}/v1`, maxRetries: 0 }),
        anthropic: new Anthropic({ apiKey: secret, baseURL: url, maxRetries: 0 }),
      };
      const unknown = await refusalOf(call(stranger, "small"));
      assert.equal(unknown.status, 401);
      assert.equal(unknown.type, "authentication_error");
      const limited = await tenant.addKey({ models: ["other"] });
      const hidden = await refusalOf(call(limited, "small"));
      assert.equal(hidden.status, 404);
      assert.equal(hidden.type, "not_found_error");
      assert.match(hidden.error.message, /`small`/);
      assert.equal(provider.calls.length, 0);
    });

    it(`${dialect}: 400 for a body that is no JSON object or names the model twice, 413 for one that is too large`, async () => {
      const { key, provider } = await setUp();
      for (const body of ["", "[]", "{", '{"model":"small"', '{"model":1}', '{"model":"small","model":"large"}']) {
        const answer = await key.post(path, body);
        assert.equal(answer.status, 400, body);
        const { error } = (await answer.json()) as AnyError;
        assert.equal(error.type, "invalid_request_error", body);
      }
      const large = await key.post(path, `{"model":"small","x":"${"y".repeat(33 * 1024 * 1024)}"}`);
      assert.equal(large.status, 413);
      assert.match(((await large.json()) as AnyError).error.message, /larger than/);
      assert.equal(provider.calls.length, 0);
    });

    it(`${dialect}: 429 with Retry-After for a key that makes more requests than it may`, async () => {
      const { tenant, provider } = await setUp();
      const key = await tenant.addKey({ requestsPerMinute: 1 });
      assert.ok(await call(key, "small").catch((error) => error));
      const refused = await refusalOf(call(key, "small"));
      assert.equal(refused.status, 429);
      assert.equal(refused.type, "rate_limit_error");
      assert.ok(Number(refused.headers.get("retry-after")) >= 1);
      assert.match(refused.error.message, /1 requests a minute/);
      assert.ok(provider.calls.length <= 1);
    });

    it(`OC16, ${dialect}: 429 with used, limit and reset for a used up budget, and no upstream is called`, async () => {
      const { tenant, key, provider } = await setUp({ kind: dialect === "anthropic" ? "anthropic" : "openai" });
      const id = await tenant.addBudget({ scope: "key", scopeId: key.id, period: "month", limitTokens: 30 });
      // A budget holds within a second of its creation; before, calls pass.
      await until(async () => {
        const refused = await call(key, "small").then(
          () => undefined,
          (error) => error,
        );
        return refused !== undefined;
      });
      const before = provider.calls.length;
      const refused = await refusalOf(call(key, "small"));
      assert.equal(refused.status, 429);
      assert.equal(provider.calls.length, before);
      const budget = await tenant.getBudget(id);
      const { unit, used, limit, resets_at: resetsAt } = refused.error.details ?? refused.error;
      assert.equal(unit, "tokens");
      assert.equal(limit, 30);
      assert.ok(used >= 0, String(used));
      assert.equal(Date.parse(resetsAt), Date.parse(String(budget.resetsAt)));
      assert.equal(refused.headers.get("x-should-retry"), "false");
      assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    });

    it(`${dialect}: 503 where no upstream can be called, and what a provider refuses with its own status and words`, async () => {
      const kind = dialect === "anthropic" ? "anthropic" : "openai";
      const { key, provider } = await setUp({ kind });
      const error = { type: "invalid_request_error", message: "This provider does not like it.", code: "dislike" };
      provider.script = { refuses: { status: 422, body: { type: "error", error, extra: { kept: true } } } };
      const disliked = await key.post(path, { model: "small", messages: MESSAGES, input: "Hi", max_tokens: 10 });
      assert.equal(disliked.status, 422);
      assert.equal(await disliked.text(), provider.calls[0]?.sent);

      provider.script = { refuses: { status: 401, body: { error: { message: "wrong key: secret of …" } } } };
      assert.equal((await refusalOf(call(key, "small"))).status, 502);
      const calls = provider.calls.length;
      const rested = await refusalOf(call(key, "small"));
      assert.equal(rested.status, 503);
      assert.ok(Number(rested.headers.get("retry-after")) >= 1);
      assert.equal(provider.calls.length, calls);
    });
  }

  it("OC17: an answer that goes on without its call, which nobody could count, is refused", async () => {
    const { key, provider } = await setUp({ kind: "openai" });
    const refused = await refusalOf(key.openai.responses.create({ model: "small", input: "Hi", background: true }));
    assert.equal(refused.status, 400);
    assert.equal(provider.calls.length, 0);
  });

  it("tells in OpenAI's form where nothing is, and that a provider does not offer what is asked", async () => {
    const { key, tenant } = await setUp();
    const nowhere = await key.post("/v1/audio/speech", { model: "small" });
    assert.equal(nowhere.status, 404);
    assert.match(((await nowhere.json()) as AnyError).error.message, /\/v1\/chat\/completions/);
    const counting = await refusalOf(key.anthropic.messages.countTokens({ model: "small", messages: MESSAGES }));
    assert.equal(counting.status, 400);
    const hidden = await refusalOf(key.anthropic.models.retrieve("large"));
    assert.equal(hidden.type, "not_found_error");
    const models = await fetch(`${gateway().url}/v1/models/%zz`, { headers: { "x-api-key": key.secret } });
    assert.equal(models.status, 404);
    // None of these reached an upstream, so the next one is the only event.
    await (await key.post("/v1/chat/completions", { model: "small", messages: MESSAGES })).text();
    await tenant.events(1);
  });

  it("a call that is refused since the database does not tell its budget takes nothing of its key's tokens", async () => {
    const { tenant, key } = await setUp({}, { tokensPerMinute: 6_000 });
    const budgetId = toUuid((await tenant.addBudget({ scope: "organization", limitTokens: 1_000_000 })) as Id<"bud">);
    const { kysely } = database();
    await sql`
      create function refuse_slice() returns trigger language plpgsql as
      $$ begin raise exception 'The database is away.'; end $$`.execute(kysely);
    await sql`
      create trigger refuse_slice before insert on gateway.slices for each row
      when (new.budget_id = ${sql.lit(budgetId)}) execute function refuse_slice()`.execute(kysely);
    const ask = () => key.post("/v1/chat/completions", { model: "small", messages: MESSAGES, max_tokens: 900 });
    for (let calls = 0; calls < 3; calls += 1) assert.equal((await ask()).status, 503);
    await sql`drop trigger refuse_slice on gateway.slices`.execute(kysely);
    assert.equal((await ask()).status, 200);
  });
});

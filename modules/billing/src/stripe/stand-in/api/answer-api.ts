import { createHash } from "node:crypto";
import { constantTimeEqual } from "@reef/crypto";
import { StripeFault } from "../fault.ts";
import { parseForm } from "../form.ts";
import { newStripeId } from "../state.ts";
import type { World } from "../world.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { invoiceRoutes } from "./invoice-routes.ts";
import type { ApiRoute } from "./route.ts";
import { sessionRoutes } from "./session-routes.ts";
import { subscriptionRoutes } from "./subscription-routes.ts";

/** A request to the API, with its body read. */
export interface ApiRequest {
  method: string;
  url: URL;
  authorization: string | undefined;
  idempotencyKey: string | undefined;
  body: string;
}

/** What is sent back. */
export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const routes: readonly ApiRoute[] = [...catalogueRoutes, ...subscriptionRoutes, ...invoiceRoutes, ...sessionRoutes];

const JSON_TYPE = { "content-type": "application/json" };

/** Answers a request as Stripe's API does, its refusals included. */
export function answerApi(world: World, request: ApiRequest): ApiAnswer {
  const headers = { ...JSON_TYPE, "request-id": newStripeId("req") };
  try {
    checkKey(world, request.authorization);
    return answerOnce(world, request, headers);
  } catch (error) {
    if (!(error instanceof StripeFault)) throw error;
    return { status: error.status, headers, body: JSON.stringify({ error: error.body }) };
  }
}

function checkKey({ state }: World, authorization = ""): void {
  const [scheme = "", given = ""] = authorization.split(" ");
  const key = scheme === "Basic" ? Buffer.from(given, "base64").toString().split(":")[0] : given;
  if (constantTimeEqual(key ?? "", state.secretKey)) return;
  throw new StripeFault(401, { type: "invalid_request_error", message: "Invalid API Key provided." });
}

/** The same key gets the same answer, and nothing is done again (https://docs.stripe.com/api/idempotent_requests). */
function answerOnce(world: World, request: ApiRequest, headers: Record<string, string>): ApiAnswer {
  const { answers } = world.state;
  const { method, idempotencyKey: key } = request;
  if (key === undefined || method === "GET") return { status: 200, headers, body: act(world, request) };
  const digest = createHash("sha256").update(`${method}\n${request.url.pathname}\n${request.body}`).digest("base64url");
  const kept = Object.hasOwn(answers, key) ? answers[key] : undefined;
  if (kept !== undefined) {
    if (kept.request === digest)
      return { status: kept.status, headers: { ...headers, "idempotent-replayed": "true" }, body: kept.body };
    throw new StripeFault(400, {
      type: "idempotency_error",
      message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
    });
  }
  const body = act(world, request);
  answers[key] = { request: digest, status: 200, body, keptAt: Date.now() };
  return { status: 200, headers, body };
}

function act(world: World, { method, url, body }: ApiRequest): string {
  const form = parseForm(method === "POST" || body !== "" ? body : url.search);
  const parts = url.pathname.split("/");
  for (const { method: own, path, answer } of routes) {
    const names = path.split("/");
    const fits = names.length === parts.length && names.every((name, index) => name === ":id" || name === parts[index]);
    const isOwn = own === method && fits;
    if (isOwn) return JSON.stringify(answer(world, decodeURIComponent(parts[names.indexOf(":id")] ?? ""), form));
  }
  throw new StripeFault(404, {
    type: "invalid_request_error",
    message: `Unrecognized request URL (${method}: ${url.pathname.slice(0, 200)}).`,
  });
}

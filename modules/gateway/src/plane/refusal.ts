import type { BudgetFailure, ClientFailure } from "../dialects/dialect.ts";
import type { Unserved } from "./call.ts";
import type { BudgetRefusal, RateRefusal } from "./parts.ts";

/** Why a call is not answered; it is told in the client's dialect. */
export class Refusal extends Error {
  readonly failure: ClientFailure;

  constructor(failure: ClientFailure) {
    super(failure.message);
    this.name = "Refusal";
    this.failure = failure;
  }
}

/** An amount of micro-dollars as people write it: "$20.00", "$0.000018". */
const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, "$1")}`;

const refusal =
  (status: number, code: string) =>
  (message: string, rest: Partial<ClientFailure> = {}): Refusal =>
    new Refusal({ status, code: `gateway.${code}`, message, ...rest });

/** What a person can do, since the program that calls cannot. */
const WAYS_BACK: Readonly<Record<Unserved["reason"], string>> = {
  suspended: "is suspended, so no model is called. An admin sees on the console's page /plan what is due",
  cancelled: "has ended, so no model is called. An admin can choose a plan on the console's page /plan",
  not_subscribed:
    "has no plan, and this reef calls models with one only. An admin can choose one on the console's page /plan",
};

/** All refusals that the reef makes itself. What an upstream refuses is told with the upstream's own words. */
export const refuse = {
  unknownKey: () =>
    refusal(
      401,
      "invalid_key",
    )("This is no valid key of this reef. Make one with `reef keys create`, or in the console."),
  badBody: refusal(400, "invalid_request"),
  tooLarge: () => refusal(413, "too_large")("The request is larger than the gateway takes."),
  unknownModel: (model: string) =>
    refusal(404, "model_not_found")(
      `There is no model or alias \`${model}\` that this key may call. GET /v1/models lists those that it may.`,
      { path: "model" },
    ),
  unknownPath: (path: string) =>
    refusal(
      404,
      "not_found",
    )(
      `The gateway answers nothing at ${path}. It takes POST /v1/chat/completions, /v1/responses, /v1/messages and /v1/embeddings.`,
    ),
  notSpoken: (operation: string) =>
    refusal(400, "not_offered")(`No provider of this model offers ${operation}. Ask for another model.`),
  rate: ({ unit, limit, retryAfterSeconds }: RateRefusal) =>
    refusal(429, "rate_limited")(`This key may make ${limit} ${unit} a minute. Try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    }),
  /** In OpenAI's words the quota is insufficient, in Anthropic's it is a matter of billing. */
  unserved: ({ reason, planName }: Unserved) =>
    new Refusal({
      status: 402,
      code: `billing.${reason}`,
      message: `${planName === null ? "This organization" : `This organization's plan ${planName}`} ${WAYS_BACK[reason]}.`,
    }),
  budget: ({ unit, used, limit, resetsAt, ofPlan, retryAfterSeconds }: BudgetRefusal) => {
    const budget: BudgetFailure = {
      unit,
      used,
      limit,
      resetsAt: resetsAt === null ? null : new Date(resetsAt).toISOString(),
    };
    const until = budget.resetsAt === null ? "It does not begin anew." : `It begins anew at ${budget.resetsAt}.`;
    const what = unit === "tokens" ? `${used} of ${limit} tokens` : `${dollars(used)} of ${dollars(limit)}`;
    const whose = ofPlan ? "The allowance of this organization's plan" : "A budget that holds for this key";
    const more = ofPlan ? " With another plan, of the console's page /plan, calls go on at once." : "";
    return refusal(429, "budget_exhausted")(`${whose} is used up: ${what}. ${until}${more}`, {
      retryAfterSeconds,
      budget,
    });
  },
  noUpstream: (retryAfterSeconds: number) =>
    refusal(503, "no_upstream")(
      "No provider of this model can be called just now: it has no key, or its keys rest after failures. Try again shortly, or see the providers on the console's page /models.",
      { retryAfterSeconds },
    ),
  busy: () =>
    refusal(503, "busy")("The gateway is at work on as many large requests as it takes. Try again shortly.", {
      retryAfterSeconds: 2,
    }),
  notRecorded: () =>
    refusal(503, "not_recorded")("The reef cannot record calls just now, so it makes none. Try again shortly.", {
      retryAfterSeconds: 5,
    }),
  unavailable: () =>
    refusal(503, "unavailable")("The reef's database does not answer, and the call needs it. Try again shortly.", {
      retryAfterSeconds: 2,
    }),
  unreachable: (slug: string) => refusal(502, "upstream_unreachable")(`The provider ${slug} cannot be reached.`),
  slow: (slug: string) => refusal(504, "upstream_timeout")(`The provider ${slug} did not answer in time.`),
  refusedKey: (slug: string) =>
    refusal(
      502,
      "upstream_refused_key",
    )(`The provider ${slug} refuses the key that the reef has for it. Tell an admin.`),
  refusedModel: (slug: string) =>
    refusal(
      502,
      "upstream_refused_model",
    )(`The provider ${slug} does not let the reef's key call this model. Ask for another model, or tell an admin.`),
  modelRefused: (model: string) =>
    refusal(404, "model_refused")(
      `No provider offers \`${model}\` to the keys that the reef has there. Ask for another model, or tell an admin.`,
      { path: "model", retryAfterSeconds: 60 },
    ),
  brokenOff: (slug: string) => refusal(502, "upstream_broke_off")(`The answer of the provider ${slug} broke off.`),
  malformed: (slug: string) =>
    refusal(502, "upstream_malformed")(`The provider ${slug} answered what the gateway cannot read.`),
  internal: () =>
    refusal(500, "internal")("Something went wrong in the reef. It is in its log under the request's id."),
};

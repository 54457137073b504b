import { z } from "zod";
import { expireCheckout, runDue } from "../due.ts";
import { invalid } from "../fault.ts";
import { newCheckout, newPortal, newPortalConfiguration, newTestClock } from "../session-objects.ts";
import { idOf, need, realNow } from "../world.ts";
import { type ApiRoute, flag, listParams, metadata, pageOf, route, whole } from "./route.ts";

const id = z.string();
/** A browser is sent there, so nothing but pages. */
const pageUrl = z.url({ protocol: /^https?$/ }).max(5_000);
const lineItem = z.strictObject({ price: id, quantity: z.literal("1") });
const subscriptionData = z.strictObject({ metadata, trial_period_days: whole.default(0) });
/** What the portal's settings say of its features is taken and passed over: the stand-in's portal has the same for all. */
const anything = z.record(z.string(), z.unknown());

const checkoutRoutes: ApiRoute[] = [
  route(
    "POST /v1/checkout/sessions",
    z.strictObject({
      mode: z.literal("subscription"),
      customer: id,
      client_reference_id: z.string().max(200).optional(),
      line_items: z.array(lineItem).length(1),
      success_url: pageUrl,
      cancel_url: pageUrl.optional(),
      expires_at: whole.optional(),
      metadata,
      subscription_data: subscriptionData.default({ metadata: {}, trial_period_days: 0 }),
    }),
    ({ world, params }) => {
      const customer = need("customer", world.state.customers, params.customer, "customer");
      const [line] = params.line_items;
      const price = need("price", world.state.prices, line?.price ?? "", "line_items[0][price]");
      const at = world.nowOf(customer.id);
      // A test clock stands elsewhere than the caller's, whose moment this is.
      const openSeconds = (params.expires_at ?? realNow() + 86_400) - realNow();
      if (openSeconds < 1_790 || openSeconds > 86_400)
        throw invalid("It must be between 30 minutes and 24 hours from now.", "parameter_invalid", "expires_at");
      const session = newCheckout(at, {
        customer,
        price,
        clientReferenceId: params.client_reference_id ?? null,
        successUrl: params.success_url,
        cancelUrl: params.cancel_url ?? null,
        expiresAt: at + openSeconds,
        metadata: params.metadata,
        origin: world.origin,
      });
      const { trial_period_days: trialDays, metadata: kept } = params.subscription_data;
      world.state.checkouts[session.id] = session;
      world.state.chosen[session.id] = { price: price.id, metadata: kept, trialDays };
      return session;
    },
  ),
  route(
    "GET /v1/checkout/sessions",
    z.strictObject({
      ...listParams,
      customer: id.optional(),
      status: z.enum(["open", "complete", "expired"]).optional(),
    }),
    ({ world, params }) => {
      const { customer, status } = params;
      const found = Object.values(world.state.checkouts).filter(
        (one) =>
          (customer === undefined || idOf(one.customer) === customer) &&
          (status === undefined || one.status === status),
      );
      return pageOf("/v1/checkout/sessions", found, params);
    },
  ),
  route("GET /v1/checkout/sessions/:id", z.strictObject({}), ({ world, id }) =>
    need("checkout session", world.state.checkouts, id),
  ),
  route("POST /v1/checkout/sessions/:id/expire", z.strictObject({}), ({ world, id }) => {
    const session = need("checkout session", world.state.checkouts, id);
    if (session.status !== "open") throw invalid('Only Checkout Sessions with a status in ["open"] can be expired.');
    expireCheckout(world, world.nowOf(idOf(session.customer) ?? ""), session);
    return session;
  }),
];

const portalRoutes: ApiRoute[] = [
  route(
    "GET /v1/billing_portal/configurations",
    z.strictObject({ ...listParams, active: flag.optional() }),
    ({ world, params }) =>
      pageOf("/v1/billing_portal/configurations", Object.values(world.state.portalConfigurations), params),
  ),
  route(
    "POST /v1/billing_portal/configurations",
    z.strictObject({ features: anything, metadata }),
    ({ world, params }) => {
      const configuration = newPortalConfiguration(realNow(), params.metadata);
      world.state.portalConfigurations[configuration.id] = configuration;
      return configuration;
    },
  ),
  route(
    "POST /v1/billing_portal/sessions",
    z.strictObject({ customer: id, configuration: id, return_url: pageUrl.optional() }),
    ({ world, params }) => {
      need("customer", world.state.customers, params.customer, "customer");
      need("configuration", world.state.portalConfigurations, params.configuration, "configuration");
      const { customer, configuration, return_url: returnUrl = null } = params;
      const portal = newPortal(realNow(), { customer, configuration, returnUrl, origin: world.origin });
      world.state.portals[portal.id] = portal;
      return portal;
    },
  ),
];

const clockRoutes: ApiRoute[] = [
  route(
    "POST /v1/test_helpers/test_clocks",
    z.strictObject({ frozen_time: whole, name: z.string().max(300).optional(), customer: id.optional() }),
    ({ world, params }) => {
      const clock = newTestClock(params.frozen_time, params.name ?? null);
      world.state.clocks[clock.id] = clock;
      if (params.customer !== undefined)
        need("customer", world.state.customers, params.customer, "customer").test_clock = clock.id;
      return clock;
    },
  ),
  route("GET /v1/test_helpers/test_clocks/:id", z.strictObject({}), ({ world, id }) =>
    need("test clock", world.state.clocks, id),
  ),
  route(
    "POST /v1/test_helpers/test_clocks/:id/advance",
    z.strictObject({ frozen_time: whole }),
    ({ world, id, params }) => {
      const clock = need("test clock", world.state.clocks, id);
      if (params.frozen_time <= clock.frozen_time)
        throw invalid("The new frozen time must be after the present one.", undefined, "frozen_time");
      runDue(world, id, params.frozen_time);
      return clock;
    },
  ),
];

const eventRoutes: ApiRoute[] = [
  route("GET /v1/events", z.strictObject({ ...listParams, type: z.string().optional() }), ({ world, params }) => {
    const events = Object.values(world.state.events).filter(
      ({ type }) => params.type === undefined || type === params.type,
    );
    return pageOf("/v1/events", events, params);
  }),
  route("GET /v1/events/:id", z.strictObject({}), ({ world, id }) => need("event", world.state.events, id)),
];

/** Checkouts, the portal, test clocks and events. */
export const sessionRoutes: ApiRoute[] = [...checkoutRoutes, ...portalRoutes, ...clockRoutes, ...eventRoutes];

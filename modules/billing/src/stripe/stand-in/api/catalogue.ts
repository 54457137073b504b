import { z } from "zod";
import { invalid } from "../fault.ts";
import { newCustomer, newPrice, newProduct } from "../objects.ts";
import { need, realNow } from "../world.ts";
import { type ApiRoute, flag, listParams, metadata, pageOf, route, whole } from "./route.ts";

const named = { name: z.string().max(256).optional(), email: z.email().max(512).optional() };

/** Customers, products and prices. */
export const catalogueRoutes: ApiRoute[] = [
  route(
    "POST /v1/customers",
    z.strictObject({ ...named, metadata, test_clock: z.string().optional() }),
    ({ world, params: { name, email, metadata: kept, test_clock: clock } }) => {
      if (clock !== undefined) need("test clock", world.state.clocks, clock, "test_clock");
      const customer = newCustomer(realNow(), kept, clock ?? null);
      Object.assign(customer, { name: name ?? null, email: email ?? null });
      world.state.customers[customer.id] = customer;
      world.tell(customer.created, "customer.created", customer);
      return customer;
    },
  ),
  route("GET /v1/customers/:id", z.strictObject({}), ({ world, id }) => need("customer", world.state.customers, id)),
  route("POST /v1/customers/:id", z.strictObject({ ...named, metadata }), ({ world, id, params }) => {
    const customer = need("customer", world.state.customers, id);
    const { name = customer.name ?? null, email = customer.email } = params;
    if (name === (customer.name ?? null) && email === customer.email) return customer;
    Object.assign(customer, { name, email });
    Object.assign(customer.metadata, params.metadata);
    world.tell(world.nowOf(id), "customer.updated", customer);
    return customer;
  }),
  route(
    "POST /v1/products",
    z.strictObject({ id: z.string().max(100).optional(), name: z.string().max(256), metadata }),
    ({ world, params }) => {
      if (params.id !== undefined && Object.hasOwn(world.state.products, params.id))
        throw invalid("Product already exists.", "resource_already_exists", "id");
      const product = newProduct(realNow(), params.id, params.name, params.metadata);
      world.state.products[product.id] = product;
      return product;
    },
  ),
  route(
    "POST /v1/prices",
    z.strictObject({
      product: z.string(),
      currency: z.string().regex(/^[a-z]{3}$/),
      unit_amount: whole,
      recurring: z.strictObject({ interval: z.literal("month") }),
      lookup_key: z.string().max(200).optional(),
      metadata,
    }),
    ({ world, params }) => {
      need("product", world.state.products, params.product, "product");
      const { lookup_key: lookupKey = null, unit_amount: cents } = params;
      const taken = Object.values(world.state.prices).some((price) => lookupKey && price.lookup_key === lookupKey);
      if (taken) throw invalid("A price already uses that lookup key.", "resource_already_exists", "lookup_key");
      const price = newPrice(realNow(), { ...params, cents, lookupKey });
      world.state.prices[price.id] = price;
      return price;
    },
  ),
  route("GET /v1/prices/:id", z.strictObject({}), ({ world, id }) => need("price", world.state.prices, id)),
  route(
    "GET /v1/prices",
    z.strictObject({ ...listParams, lookup_keys: z.array(z.string()).optional(), active: flag.optional() }),
    ({ world, params }) => {
      const { lookup_keys: keys } = params;
      const prices = Object.values(world.state.prices).filter(
        (price) => keys === undefined || (price.lookup_key !== null && keys.includes(price.lookup_key)),
      );
      return pageOf("/v1/prices", prices, params);
    },
  ),
];

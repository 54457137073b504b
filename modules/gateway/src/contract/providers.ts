import { pageQuery, pageSchema, type Route, TEXT_BODY_BYTES } from "@reef/http/contract";
import { z } from "zod";
import {
  newProviderKeySchema,
  newProviderSchema,
  providerChangeSchema,
  providerKeyChangeSchema,
  providerKeyParams,
  providerKeySchema,
  providerKindSchema,
  providerOfferSchema,
  providerParams,
  providerQuery,
  providerSchema,
  providerSummarySchema,
  providerTestSchema,
} from "./provider-schemas.ts";

/** Who reads an organization's providers, who manages them, and who manages those of the whole reef. */
const readers = { access: "gateway:read", people: "member", agents: false } as const;
const admins = { access: "organization:manage", people: "admin", agents: false } as const;
const operators = { access: "reef:operate", people: "operator", agents: false } as const;
/** The people named above see what is their organization's and what is the reef's; of others' there is nothing. */
const named = { needs: "founder" } as const;

const creates = {
  method: "POST",
  limit: "write",
  idempotent: true,
  versioned: true,
  bodyLimitBytes: TEXT_BODY_BYTES,
  body: newProviderSchema,
  status: 201,
  response: providerSchema,
  errors: ["gateway.bad_provider", "gateway.private_address", "gateway.slug_taken", "gateway.too_many_providers"],
} as const;

const lists = {
  method: "GET",
  limit: "read",
  query: providerQuery,
  status: 200,
  response: pageSchema(providerSummarySchema),
  errors: ["list.invalid_cursor"],
} as const;

const gets = {
  method: "GET",
  limit: "read",
  versioned: true,
  params: providerParams,
  status: 200,
  response: providerSchema,
  errors: ["gateway.provider_not_found"],
} as const;

const updates = {
  method: "PATCH",
  limit: "write",
  versioned: true,
  bodyLimitBytes: TEXT_BODY_BYTES,
  params: providerParams,
  body: providerChangeSchema,
  status: 200,
  response: providerSchema,
  errors: [
    "gateway.provider_not_found",
    "gateway.reef_wide",
    "gateway.bad_provider",
    "gateway.private_address",
    "gateway.slug_taken",
    "gateway.changed",
  ],
} as const;

const deletes = {
  method: "DELETE",
  limit: "write",
  params: providerParams,
  status: 204,
  errors: ["gateway.provider_not_found", "gateway.reef_wide"],
} as const;

const listsKeys = {
  method: "GET",
  limit: "read",
  params: providerParams,
  query: z.object(pageQuery),
  status: 200,
  response: pageSchema(providerKeySchema),
  errors: ["gateway.provider_not_found", "gateway.reef_wide", "list.invalid_cursor"],
} as const;

const createsKey = {
  method: "POST",
  limit: "write",
  idempotent: true,
  params: providerParams,
  body: newProviderKeySchema,
  status: 201,
  response: providerKeySchema,
  errors: ["gateway.provider_not_found", "gateway.reef_wide", "gateway.too_many_provider_keys"],
} as const;

const updatesKey = {
  method: "PATCH",
  limit: "write",
  params: providerKeyParams,
  body: providerKeyChangeSchema,
  status: 200,
  response: providerKeySchema,
  errors: ["gateway.provider_not_found", "gateway.provider_key_not_found", "gateway.reef_wide"],
} as const;

const deletesKey = {
  method: "DELETE",
  limit: "write",
  params: providerKeyParams,
  status: 204,
  errors: ["gateway.provider_not_found", "gateway.provider_key_not_found", "gateway.reef_wide"],
} as const;

const tests = {
  method: "POST",
  limit: "write",
  changesNothing: true,
  params: providerParams,
  status: 200,
  response: providerTestSchema,
  errors: ["gateway.provider_not_found", "gateway.reef_wide"],
} as const;

const refreshes = {
  method: "POST",
  limit: "write",
  versioned: true,
  params: providerParams,
  status: 200,
  response: providerSchema,
  errors: ["gateway.provider_not_found", "gateway.reef_wide", "gateway.models_not_listed"],
} as const;

const OWN = "/api/providers";
const REEF = "/api/admin/providers";

/** An organization's own providers; it sees those of the whole reef as well, but neither their addresses nor their keys. */
const ownRoutes = {
  createProvider: {
    ...creates,
    ...admins,
    path: OWN,
    location: `${OWN}/{id}`,
    summary: "Add a provider of models for the organization; then add its key",
  },
  listProviders: { ...lists, ...readers, path: OWN, summary: "List the providers of models, newest first" },
  getProvider: {
    ...gets,
    ...readers,
    ...named,
    path: `${OWN}/{providerId}`,
    summary: "Get a provider with its models",
  },
  updateProvider: {
    ...updates,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}`,
    summary: "Change a provider: its name, address, options, models and prices, or whether it is called",
  },
  deleteProvider: {
    ...deletes,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}`,
    summary: "Delete a provider with its keys; aliases pass over it",
  },
  listProviderKeys: {
    ...listsKeys,
    ...readers,
    ...named,
    path: `${OWN}/{providerId}/keys`,
    summary: "List a provider's keys, oldest first, without their secrets",
  },
  createProviderKey: {
    ...createsKey,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}/keys`,
    summary: "Add a key that the provider gave; it is sealed, and never shown again",
  },
  updateProviderKey: {
    ...updatesKey,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}/keys/{providerKeyId}`,
    summary: "Rename, weigh, disable or enable a provider's key",
  },
  deleteProviderKey: {
    ...deletesKey,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}/keys/{providerKeyId}`,
    summary: "Delete a provider's key; no call uses it a second later",
  },
  testProvider: {
    ...tests,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}/test`,
    summary: "Ask a provider for its models, and tell in words what came of it",
  },
  refreshProviderModels: {
    ...refreshes,
    ...admins,
    ...named,
    path: `${OWN}/{providerId}/models/refresh`,
    summary: "Ask a provider for its models and keep their names; prices that were set stay",
  },
} as const satisfies Record<string, Route>;

/** The providers of the whole reef. */
const reefRoutes = {
  createReefProvider: {
    ...creates,
    ...operators,
    path: REEF,
    location: `${REEF}/{id}`,
    summary: "Add a provider of models for all organizations; then add its key",
  },
  listReefProviders: {
    ...lists,
    ...operators,
    path: REEF,
    summary: "List the providers of the whole reef, newest first",
  },
  getReefProvider: { ...gets, ...operators, path: `${REEF}/{providerId}`, summary: "Get a provider of the whole reef" },
  updateReefProvider: {
    ...updates,
    ...operators,
    path: `${REEF}/{providerId}`,
    summary: "Change a provider of the whole reef",
  },
  deleteReefProvider: {
    ...deletes,
    ...operators,
    path: `${REEF}/{providerId}`,
    summary: "Delete a provider of the whole reef with its keys",
  },
  listReefProviderKeys: {
    ...listsKeys,
    ...operators,
    path: `${REEF}/{providerId}/keys`,
    summary: "List the keys of a provider of the whole reef, oldest first, without their secrets",
  },
  createReefProviderKey: {
    ...createsKey,
    ...operators,
    path: `${REEF}/{providerId}/keys`,
    summary: "Add a key to a provider of the whole reef; it is sealed, and never shown again",
  },
  updateReefProviderKey: {
    ...updatesKey,
    ...operators,
    path: `${REEF}/{providerId}/keys/{providerKeyId}`,
    summary: "Rename, weigh, disable or enable a key of a provider of the whole reef",
  },
  deleteReefProviderKey: {
    ...deletesKey,
    ...operators,
    path: `${REEF}/{providerId}/keys/{providerKeyId}`,
    summary: "Delete a key of a provider of the whole reef",
  },
  testReefProvider: {
    ...tests,
    ...operators,
    path: `${REEF}/{providerId}/test`,
    summary: "Ask a provider of the whole reef for its models, and tell in words what came of it",
  },
  refreshReefProviderModels: {
    ...refreshes,
    ...operators,
    path: `${REEF}/{providerId}/models/refresh`,
    summary: "Ask a provider of the whole reef for its models and keep their names",
  },
} as const satisfies Record<string, Route>;

/** What a new reef finds around it. */
const offerRoutes = {
  listProviderOffers: {
    ...operators,
    method: "GET",
    path: `${OWN}/offers`,
    summary: "List the providers that were found: keys in the server's environment, and an Ollama on its machine",
    limit: "read",
    status: 200,
    response: z.object({
      items: z.array(providerOfferSchema).max(100),
      advice: z.string().describe("What to do next, in words"),
    }),
    errors: [],
  },
  acceptProviderOffer: {
    ...operators,
    method: "POST",
    path: `${OWN}/offers/{kind}/accept`,
    summary: "Add a provider that was found, for the whole reef; its key never leaves the server",
    limit: "write",
    idempotent: true,
    versioned: true,
    params: z.object({ kind: z.string().max(40) }),
    status: 201,
    location: `${REEF}/{id}`,
    response: providerSchema,
    errors: ["gateway.offer_not_found", "gateway.slug_taken", "gateway.too_many_providers"],
  },
  listProviderKinds: {
    ...readers,
    method: "GET",
    path: "/api/provider-kinds",
    summary: "List the kinds of providers, and what each needs",
    limit: "read",
    status: 200,
    response: z.object({ items: z.array(providerKindSchema).max(200) }),
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** The routes of providers. Offers come first: `offers` is no provider's id. */
export const providerRoutes = { ...offerRoutes, ...ownRoutes, ...reefRoutes } as const satisfies Record<string, Route>;

import type { ErrorDefinition } from "@reef/errors";

/** The problems of providers, their keys and models. */
export const providerErrors = {
  provider_key_not_found: {
    status: 404,
    title: "Provider key not found",
    public: "The provider has no such key. GET /api/providers/{providerId}/keys lists those that it has.",
  },
  reef_wide: {
    status: 403,
    title: "Not the organization's own",
    public:
      "This provider is for the whole reef, and only those who operate it manage it. Add one of your own, or ask them.",
  },
  slug_taken: {
    status: 409,
    title: "Slug taken",
    public: "Another provider has this slug. Choose another one.",
  },
  too_many_providers: {
    status: 409,
    title: "Too many providers",
    public: "There are 50 providers, which is as many as there may be. Delete one that is not used.",
  },
  too_many_provider_keys: {
    status: 409,
    title: "Too many keys",
    public: "The provider has 20 keys, which is as many as it may have. Delete one that is not used.",
  },
  bad_provider: {
    status: 400,
    title: "Not a provider",
    public:
      "The provider cannot be called like this. See `errors`, and GET /api/provider-kinds for what each kind needs.",
  },
  private_address: {
    status: 400,
    title: "Not a public address",
    public:
      "An organization's provider has an https address on the public internet. Who operates the reef may add this one for all (`reef providers add --reef`), or set REEF_GATEWAY_PRIVATE_PROVIDERS.",
  },
  models_not_listed: {
    status: 502,
    title: "Models not listed",
    public: "The provider did not list its models. Test it to learn why, or name its models yourself.",
  },
  offer_not_found: {
    status: 404,
    title: "Offer not found",
    public: "Nothing of this kind was found, or it was added before. GET /api/providers/offers tells what was found.",
  },
} satisfies Record<string, ErrorDefinition>;

/** The problems of aliases. */
export const aliasErrors = {
  alias_taken: {
    status: 409,
    title: "Alias taken",
    public: "The organization has an alias of this name. Change that one, or choose another name.",
  },
  too_many_aliases: {
    status: 409,
    title: "Too many aliases",
    public: "The organization has 200 aliases, which is as many as it may have. Delete one that is not used.",
  },
  unknown_target: {
    status: 400,
    title: "Unknown provider",
    public:
      "A target names a provider that this organization does not have. GET /api/providers lists those that there are.",
  },
} satisfies Record<string, ErrorDefinition>;

import { defineErrors } from "@reef/errors";
import { budgetErrors, keyErrors } from "./errors/keys.ts";
import { aliasErrors, providerErrors } from "./errors/providers.ts";
import { usageErrors } from "./errors/usage.ts";

/** The problems of the gateway's own routes. What callers of models are told is in `plane/`, in their dialects. */
export const gatewayErrors = defineErrors("gateway", {
  ...keyErrors,
  ...budgetErrors,
  ...providerErrors,
  ...aliasErrors,
  ...usageErrors,
  provider_not_found: {
    status: 404,
    title: "Provider not found",
    public: "There is no such provider in this organization. GET /api/providers lists those that there are.",
  },
  alias_not_found: {
    status: 404,
    title: "Alias not found",
    public: "There is no such alias in this organization. GET /api/aliases lists those that there are.",
  },
  changed: {
    status: 412,
    title: "Changed meanwhile",
    public: "Somebody changed this since you read it. Read it again, then repeat the change with the new ETag.",
  },
});

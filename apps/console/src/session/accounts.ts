import { createAccounts } from "@reef/sdk/accounts";

/** Signing in and out, and everything about the person's own account. */
export const accounts = createAccounts({ url: location.origin });

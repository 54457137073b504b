import { deriveKey } from "@reef/crypto";

/** What signs cookies and links, of the master secret. */
export const accountsSecret = (masterSecret: string): string =>
  deriveKey(masterSecret, "identity.accounts").toString("base64url");

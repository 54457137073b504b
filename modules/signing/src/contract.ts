import { defineContract } from "@reef/http/contract";

/** The routes of signing. */
export const signingContract = defineContract({
  module: "signing",
  title: "Signing",
  routes: {},
});

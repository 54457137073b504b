import { defineContract } from "@reef/http/contract";

/** Groups of agents, which a share may name in an agent's place. */
export const permissionsContract = defineContract({
  module: "permissions",
  title: "Groups of agents",
  routes: {},
});

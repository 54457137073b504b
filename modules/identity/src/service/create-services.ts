import { createAgents } from "./agents.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { createKeys } from "./keys.ts";
import { createOrganizations } from "./organizations.ts";
import { createPrograms } from "./programs.ts";
import { createRecovery } from "./recovery.ts";
import { createRegistration } from "./registration.ts";
import { createVouchers } from "./vouchers.ts";

/** The use cases that are about agents, organizations and programs, each by its part of the contract. */
export type AgentServices = ReturnType<typeof createServices>;

/** Builds them all on the same clock, cursors and list of access. */
export const createServices = (dependencies: ServiceDependencies) => ({
  registration: createRegistration(dependencies),
  vouchers: createVouchers(dependencies),
  agents: createAgents(dependencies),
  keys: createKeys(dependencies),
  recovery: createRecovery(dependencies),
  organizations: createOrganizations(dependencies),
  programs: createPrograms(dependencies),
});

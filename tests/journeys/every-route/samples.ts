import type { Sample } from "./sample.ts";
import { identitySamples } from "./samples/identity.ts";
import { memorySamples } from "./samples/memory.ts";
import { permissionsSamples } from "./samples/permissions.ts";
import { signingSamples } from "./samples/signing.ts";

/** One sample for every route of every contract. */
export const samples: Readonly<Record<string, Sample>> = {
  "system.health": { request: async () => ({}) },
  "system.ready": { request: async () => ({}) },
  "system.liveness": { request: async () => ({}) },
  ...identitySamples,
  ...permissionsSamples,
  ...signingSamples,
  ...memorySamples,
};

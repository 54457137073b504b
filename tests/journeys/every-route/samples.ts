import type { Sample } from "./sample.ts";
import { billingSamples } from "./samples/billing.ts";
import { gatewaySamples } from "./samples/gateway.ts";
import { identitySamples } from "./samples/identity.ts";
import { memorySamples } from "./samples/memory.ts";
import { permissionsSamples } from "./samples/permissions.ts";
import { signingSamples } from "./samples/signing.ts";
import { systemSamples } from "./samples/system.ts";

/** One sample for every route of every contract. */
export const samples: Readonly<Record<string, Sample>> = {
  ...systemSamples,
  ...identitySamples,
  ...permissionsSamples,
  ...signingSamples,
  ...memorySamples,
  ...billingSamples,
  ...gatewaySamples,
};

import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

const nothing: Sample = { request: async () => ({}) };
const SIGNATURE = Buffer.alloc(64).toString("base64");

const makeRequest = async ({ reef }: World) => (await reef.signing.createSigningRequest({ message: "a promise" })).id;

/** Good requests of the signing module's routes. */
export const signingSamples: Readonly<Record<string, Sample>> = {
  "signing.createSigningRequest": { request: async () => ({ body: { message: "a promise" } }) },
  "signing.listSigningRequests": nothing,
  "signing.getSigningRequest": {
    request: async (world) => ({ path: { signingRequestId: await makeRequest(world) } }),
  },
  "signing.submitSignature": {
    request: async (world) => ({
      path: { signingRequestId: await makeRequest(world) },
      body: { signature: SIGNATURE },
    }),
  },
  "signing.verifySignature": { request: async () => ({ body: { signature: SIGNATURE } }) },
  "signing.listAuditRecords": nothing,
  "signing.getAuditHead": nothing,
  "signing.exportAudit": nothing,
  "signing.listActivity": nothing,
  "signing.streamActivity": nothing,
};

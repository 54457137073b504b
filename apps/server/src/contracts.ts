import { billingContract } from "@reef/billing/contract";
import { gatewayContract } from "@reef/gateway/contract";
import { identityContract } from "@reef/identity/contract";
import { memoryContract } from "@reef/memory/contract";
import { permissionsContract } from "@reef/permissions/contract";
import { signingContract } from "@reef/signing/contract";
import { systemContract } from "./system/contract.ts";

/** The contracts of everything that the server answers: OpenAPI and the SDK are made from them. */
export const contracts = [
  systemContract,
  identityContract,
  permissionsContract,
  signingContract,
  memoryContract,
  gatewayContract,
  billingContract,
] as const;

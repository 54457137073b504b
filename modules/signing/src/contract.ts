import { defineContract } from "@reef/http/contract";
import type { z } from "zod";
import { activityRoutes } from "./contract/activity.ts";
import { auditRoutes } from "./contract/audit.ts";
import { requestRoutes } from "./contract/requests.ts";
import type {
  activitySchema,
  auditHeadSchema,
  auditRecordSchema,
  signingRequestSchema,
  verificationSchema,
} from "./contract/schemas.ts";

/** Signing requests, the verification of signatures, and the organizations' audit ledgers. */
export const signingContract = defineContract({
  module: "signing",
  title: "Signatures, and the record of who did what",
  routes: { ...requestRoutes, ...auditRoutes, ...activityRoutes },
});

export type SigningRequest = z.output<typeof signingRequestSchema>;
export type Verification = z.output<typeof verificationSchema>;
export type Activity = z.output<typeof activitySchema>;
export type AuditRecord = z.output<typeof auditRecordSchema>;
export type AuditHead = z.output<typeof auditHeadSchema>;

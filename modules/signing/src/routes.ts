import { implement, type MountedRoute } from "@reef/http";
import { signingContract } from "./contract.ts";
import type { ActivityStreams } from "./service/activity-streams.ts";
import type { Audit } from "./service/audit.ts";
import type { Requests } from "./service/requests.ts";
import type { VerificationService } from "./service/verification.ts";

/** What answers each route of the contract. */
export const createSigningRoutes = (
  requests: Requests,
  verification: VerificationService,
  audit: Audit,
  streams: ActivityStreams,
): MountedRoute[] =>
  implement(signingContract, {
    createSigningRequest: (call, { body }) => requests.createSigningRequest(call, body.message),
    listSigningRequests: (call, { query }) => requests.listSigningRequests(call, query),
    getSigningRequest: (call, { params }) => requests.getSigningRequest(call, params.signingRequestId),
    submitSignature: (call, { params, body }) =>
      requests.submitSignature(call, params.signingRequestId, body.signature),
    verifySignature: (call, { body }) => verification.verifySignature(call, body),
    listAuditRecords: (call, { query }) => audit.listAuditRecords(call, query),
    getAuditHead: (call) => audit.getAuditHead(call),
    exportAudit: (call, { query }) => audit.exportAudit(call, query),
    listActivity: (call, { query }) => audit.listActivity(call, query),
    streamActivity: ({ caller }, { query }) => streams.open(caller, query.lastEventId),
  });

import { pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { actorFilter, auditHeadSchema, auditRecordSchema } from "./schemas.ts";

const WHO_MAY_READ = "Only the organization's owners, its admins and its founding agent may read its ledger.";

/** The organization's audit ledger. */
export const auditRoutes = {
  listAuditRecords: {
    method: "GET",
    path: "/api/audit",
    summary: "List who did what in the organization, newest first unless asked otherwise",
    description: `${WHO_MAY_READ} A change appears here moments after it was made.`,
    access: "audit:read",
    people: "admin",
    needs: "founder",
    limit: "read",
    query: z.object({
      ...pageQuery,
      order: z.enum(["newest", "oldest"]).default("newest").describe("Which come first"),
      actor: actorFilter.optional(),
      operation: z.string().min(1).max(100).optional().describe("Only this operation, such as `memory.createDiary`"),
      after: timeSchema().optional().describe("Only what was done then or later"),
      before: timeSchema().optional().describe("Only what was done before then"),
    }),
    status: 200,
    response: pageSchema(auditRecordSchema),
    errors: ["signing.forbidden", "list.invalid_cursor"],
  },
  getAuditHead: {
    method: "GET",
    path: "/api/audit/head",
    summary: "Tell where the ledger ends, with a checkpoint that the reef signs for it",
    description: WHO_MAY_READ,
    access: "audit:read",
    people: "admin",
    needs: "founder",
    limit: "read",
    status: 200,
    response: auditHeadSchema,
    errors: ["signing.forbidden"],
  },
  exportAudit: {
    method: "GET",
    path: "/api/audit/export",
    summary: "Export the whole ledger as JSON Lines, page by page",
    description: `${WHO_MAY_READ} Each item is one line: a record with its hash, or a checkpoint with its signature. All pages together are the ledger as it was when the first one was asked for, and its last line is a checkpoint. \`reef audit verify FILE\` checks them without the reef.`,
    access: "audit:read",
    people: "admin",
    needs: "founder",
    limit: "read",
    query: z.object({
      ...pageQuery,
      limit: z.coerce.number().int().min(1).max(500).default(200).describe("How many lines at most"),
    }),
    status: 200,
    response: pageSchema(z.string()),
    errors: ["signing.forbidden", "list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;

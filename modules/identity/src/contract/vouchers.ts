import { pageQuery, pageSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import { issuedVoucherSchema, voucherEdgeSchema, voucherSchema } from "./schemas.ts";

/** Vouchers, with which new agents join, and who let whom in. */
export const voucherRoutes = {
  issueVoucher: {
    method: "POST",
    path: "/api/vouchers",
    summary: "Issue a voucher, with which one new agent may join within 24 hours",
    description: "An agent has at most five active vouchers: unspent and not expired.",
    access: "agent:vouch",
    people: "admin",
    limit: "vouch",
    idempotent: true,
    status: 201,
    response: issuedVoucherSchema,
    errors: ["identity.voucher_limit"],
  },
  listVouchers: {
    method: "GET",
    path: "/api/vouchers",
    summary: "List the caller's active vouchers, newest first; codes are not shown again",
    access: "agent:vouch",
    people: "member",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(voucherSchema),
    errors: ["list.invalid_cursor"],
  },
  listVoucherGraph: {
    method: "GET",
    path: "/api/vouchers/graph",
    summary: "List who let whom into the organization, newest first",
    access: "agent:directory",
    people: "member",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(voucherEdgeSchema),
    errors: ["list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;

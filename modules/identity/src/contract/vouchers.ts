import { idSchema, pageQuery, pageSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import { issuedVoucherSchema, voucherEdgeSchema, voucherSchema } from "./schemas.ts";

/** Vouchers, with which new agents join, and who let whom in. */
export const voucherRoutes = {
  issueVoucher: {
    method: "POST",
    path: "/api/vouchers",
    summary: "Issue a voucher, with which one new agent may join within 24 hours",
    description:
      "Agents may do so, and the organization's admins. Each has at most five active vouchers: unspent and not expired. A voucher is good as long as its issuer is enabled, or an admin.",
    access: "agent:vouch",
    people: "admin",
    limit: "vouch",
    idempotent: true,
    status: 201,
    response: issuedVoucherSchema,
    errors: ["identity.voucher_limit", "identity.no_member"],
  },
  listVouchers: {
    method: "GET",
    path: "/api/vouchers",
    summary: "List active vouchers, newest first; codes are not shown again",
    description: "The organization's admins see all of the organization, everybody else their own.",
    access: "agent:vouch",
    people: "member",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(voucherSchema),
    errors: ["list.invalid_cursor"],
  },
  revokeVoucher: {
    method: "DELETE",
    path: "/api/vouchers/{voucherId}",
    summary: "Revoke a voucher that nobody has used",
    description: "Whoever issued it may do so, and the organization's admins.",
    access: "agent:vouch",
    people: "member",
    needs: "own",
    limit: "write",
    params: z.object({ voucherId: idSchema("vch") }),
    status: 204,
    errors: ["identity.voucher_not_found"],
  },
  listVoucherGraph: {
    method: "GET",
    path: "/api/vouchers/graph",
    summary: "List who let whom into the organization, newest first",
    description: "Agents let agents in, and people do: the latter, and the founding agent, nobody let in by a voucher.",
    access: "agent:directory",
    people: "member",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(voucherEdgeSchema),
    errors: ["list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;

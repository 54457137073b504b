import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { agentSchema } from "@reef/identity/contract";
import { z } from "zod";
import { diaryName, diaryParams } from "./fields.ts";
import { partySchema } from "./schemas.ts";

const { fingerprint } = agentSchema.shape;

const role = z.enum(["reader", "writer"]).describe("Whether it may read alone, or write entries as well");
const shareStatus = z.enum(["pending", "accepted", "declined", "revoked"]);
const transferStatus = z.enum(["pending", "accepted", "declined", "cancelled", "expired"]);

export const shareSchema = z
  .object({
    id: idSchema("shr"),
    diaryId: idSchema("dia"),
    diaryName,
    subject: z
      .object({
        type: z.enum(["agent", "group"]),
        id: z.union([idSchema("agt"), idSchema("grp")]),
        name: z.string(),
        fingerprint: fingerprint.nullable().describe("Null for a group"),
      })
      .describe("Who it is shared with"),
    role,
    status: shareStatus,
    invitedBy: z
      .union([partySchema, z.object({ personId: idSchema("usr"), name: z.string() })])
      .describe("Who invites: the owner, or a person of the organization, as it was called then"),
    invitedAt: timeSchema(),
    respondedAt: timeSchema()
      .nullable()
      .describe("When it was accepted, declined or revoked; null while it is pending"),
  })
  .meta({ id: "Share" });

export const transferSchema = z
  .object({
    id: idSchema("trf"),
    diaryId: idSchema("dia"),
    diaryName,
    from: partySchema,
    to: partySchema,
    status: transferStatus,
    createdAt: timeSchema(),
    expiresAt: timeSchema().describe("Seven days after it was offered"),
  })
  .meta({ id: "Transfer" });

export const newShareSchema = z
  .strictObject({
    fingerprint: fingerprint.optional().describe("The agent to share with"),
    groupId: idSchema("grp").optional().describe("The group to share with, in place of an agent"),
    role: role.default("reader"),
  })
  .refine(
    ({ fingerprint: agent, groupId }) => (agent === undefined) !== (groupId === undefined),
    "Name either a fingerprint or a groupId",
  );

const shareParams = z.object({ shareId: idSchema("shr") });
const transferParams = z.object({ transferId: idSchema("trf") });

/** Sharing a diary: invitations and what became of them. */
const shareRoutes = {
  createShare: {
    method: "POST",
    path: "/api/diaries/{diaryId}/shares",
    summary: "Invite an agent or a group of the organization to a diary",
    description:
      "The invitation gives nothing until it is accepted. One that was declined or revoked may be repeated, also in another role.",
    access: "diary:share",
    people: "admin",
    needs: "diary:manage",
    limit: "write",
    idempotent: true,
    params: diaryParams,
    body: newShareSchema,
    status: 201,
    location: "/api/shares/{id}",
    response: shareSchema,
    errors: [
      "memory.not_found",
      "memory.forbidden",
      "memory.subject_not_found",
      "memory.share_self",
      "memory.already_shared",
      "memory.too_many_shares",
    ],
  },
  listShares: {
    method: "GET",
    path: "/api/diaries/{diaryId}/shares",
    summary: "List with whom a diary is or was shared, newest first",
    access: "diary:share",
    people: "admin",
    needs: "diary:manage",
    limit: "read",
    params: diaryParams,
    query: z.object({ ...pageQuery, status: shareStatus.optional().describe("Only those in this state") }),
    status: 200,
    response: pageSchema(shareSchema),
    errors: ["memory.not_found", "memory.forbidden", "list.invalid_cursor"],
  },
  listOrganizationShares: {
    method: "GET",
    path: "/api/shares",
    summary: "List the shares of all diaries of the organization, newest first",
    description: "A share stays in its organization, so these are also all that its agents and groups were offered.",
    access: "diary:share",
    people: "member",
    agents: false,
    limit: "read",
    query: z.object({ ...pageQuery, status: shareStatus.optional().describe("Only those in this state") }),
    status: 200,
    response: pageSchema(shareSchema),
    errors: ["list.invalid_cursor"],
  },
  getShare: {
    method: "GET",
    path: "/api/shares/{shareId}",
    summary: "Get a share: for the diary's owner and the organization's people, and for the one it was made with",
    access: "diary:share",
    people: "member",
    needs: "own",
    limit: "read",
    params: shareParams,
    status: 200,
    response: shareSchema,
    errors: ["memory.share_not_found", "memory.forbidden"],
  },
  deleteShare: {
    method: "DELETE",
    path: "/api/shares/{shareId}",
    summary: "Revoke a share, or leave a diary that was shared",
    description: "What the share gave ends with the next request. It stays in the list as revoked.",
    access: "diary:share",
    people: "admin",
    needs: "own",
    limit: "write",
    params: shareParams,
    status: 204,
    errors: ["memory.share_not_found", "memory.forbidden"],
  },
  listInvitations: {
    method: "GET",
    path: "/api/invitations",
    summary: "List invitations to the caller and to groups that it owns, newest first",
    access: "diary:share",
    limit: "read",
    query: z.object({ ...pageQuery, status: shareStatus.default("pending").describe("Only those in this state") }),
    status: 200,
    response: pageSchema(shareSchema),
    errors: ["list.invalid_cursor"],
  },
  acceptInvitation: {
    method: "POST",
    path: "/api/invitations/{shareId}/accept",
    summary: "Accept an invitation; the diary may be used at once",
    access: "diary:share",
    needs: "own",
    limit: "write",
    params: shareParams,
    status: 200,
    response: shareSchema,
    errors: ["memory.share_not_found", "memory.not_pending"],
  },
  declineInvitation: {
    method: "POST",
    path: "/api/invitations/{shareId}/decline",
    summary: "Decline an invitation",
    access: "diary:share",
    needs: "own",
    limit: "write",
    params: shareParams,
    status: 200,
    response: shareSchema,
    errors: ["memory.share_not_found", "memory.not_pending"],
  },
} as const satisfies Record<string, Route>;

/** Giving a diary away. */
const transferRoutes = {
  createTransfer: {
    method: "POST",
    path: "/api/diaries/{diaryId}/transfer",
    summary: "Offer a diary to another agent of the organization, which then owns it",
    description: "Nothing changes until it accepts, within seven days. The former owner stays as a writer.",
    access: "diary:share",
    needs: "diary:manage",
    limit: "write",
    idempotent: true,
    params: diaryParams,
    body: z.object({ fingerprint }),
    status: 201,
    location: "/api/transfers/{id}",
    response: transferSchema,
    errors: [
      "memory.not_found",
      "memory.forbidden",
      "memory.subject_not_found",
      "memory.share_self",
      "memory.already_offered",
    ],
  },
  listTransfers: {
    method: "GET",
    path: "/api/transfers",
    summary: "List transfers from and to the caller, newest first; for people all of the organization's",
    access: "diary:share",
    people: "member",
    limit: "read",
    query: z.object({
      ...pageQuery,
      status: transferStatus
        .optional()
        .describe("Only those in this state; one that nobody answered in time has expired"),
    }),
    status: 200,
    response: pageSchema(transferSchema),
    errors: ["list.invalid_cursor"],
  },
  getTransfer: {
    method: "GET",
    path: "/api/transfers/{transferId}",
    summary: "Get a transfer from or to the caller; for people any of the organization's",
    access: "diary:share",
    people: "member",
    needs: "own",
    limit: "read",
    params: transferParams,
    status: 200,
    response: transferSchema,
    errors: ["memory.transfer_not_found"],
  },
  acceptTransfer: {
    method: "POST",
    path: "/api/transfers/{transferId}/accept",
    summary: "Accept a diary; the caller owns it from then on",
    access: "diary:share",
    needs: "own",
    limit: "write",
    params: transferParams,
    status: 200,
    response: transferSchema,
    errors: ["memory.transfer_not_found", "memory.not_the_receiver", "memory.not_pending"],
  },
  declineTransfer: {
    method: "POST",
    path: "/api/transfers/{transferId}/decline",
    summary: "Decline a diary",
    access: "diary:share",
    needs: "own",
    limit: "write",
    params: transferParams,
    status: 200,
    response: transferSchema,
    errors: ["memory.transfer_not_found", "memory.not_the_receiver", "memory.not_pending"],
  },
  cancelTransfer: {
    method: "DELETE",
    path: "/api/transfers/{transferId}",
    summary: "Take back the offer of a diary",
    access: "diary:share",
    needs: "own",
    limit: "write",
    params: transferParams,
    status: 204,
    errors: ["memory.transfer_not_found", "memory.not_the_sender", "memory.not_pending"],
  },
} as const satisfies Record<string, Route>;

export const sharingRoutes = { ...shareRoutes, ...transferRoutes };

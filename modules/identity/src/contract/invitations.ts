import { organizationRoles, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const invitationSchema = z
  .object({
    organizationName: z.string(),
    inviterName: z.string().describe("Who invites, as he or she is called here"),
    role: z.enum(organizationRoles),
    email: z.string().describe("The invited address, to which the link was sent"),
    expiresAt: timeSchema(),
  })
  .meta({ id: "ShownInvitation" });

/** What the link of an invitation's mail shows before one signs in. */
export const invitationRoutes = {
  showInvitation: {
    method: "POST",
    changesNothing: true,
    path: "/api/organization-invitations/{invitationId}/show",
    summary: "Tell who invites to what, for the holder of the link in an invitation's mail",
    description:
      "The token is sent in the body, so that it stands in no log of addresses. Whoever does not bring the right one is answered as if there were no such invitation.",
    access: "public",
    limit: "read",
    params: z.object({
      invitationId: z
        .string()
        .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "Must be a UUID in lower case")
        .describe("`id` of the link"),
    }),
    body: z.object({ token: z.string().min(1).max(128).describe("`token` of the link") }),
    status: 200,
    response: invitationSchema,
    errors: [
      "identity.invitation_not_found",
      "identity.invitation_expired",
      "identity.invitation_withdrawn",
      "identity.invitation_answered",
      "identity.organization_suspended",
    ],
  },
} as const satisfies Record<string, Route>;

export type ShownInvitation = z.output<typeof invitationSchema>;

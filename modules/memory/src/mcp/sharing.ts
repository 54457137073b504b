import { composeTool, defineTool, type Session, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { memoryContract, type Share } from "../contract.ts";
import { pageFields, quoteName, selfOf } from "./entry-view.ts";
import { cursor, diaryId, limit } from "./fields.ts";

const shareFields = z.object({
  id: z.string(),
  diaryId: z.string(),
  diaryName: z.string(),
  subject: z.string(),
  role: z.string(),
  status: z.string(),
  invitedBy: z.string(),
});

/** A share's fields for an answer; the diary's name is wrapped, whoever invites to it. A person is named by its id. */
function showShare({ subject, invitedBy, ...share }: Share, session: Session) {
  const isAgent = "agentId" in invitedBy;
  const isOwn = isAgent && invitedBy.agentId === selfOf(session)?.agentId;
  const facts = isAgent
    ? { owner: invitedBy.name, fingerprint: invitedBy.fingerprint }
    : { "invited-by": `${invitedBy.name}, a person of the organization` };
  return {
    ...share,
    diaryName: quoteName(share.diaryName, isOwn, session, { id: share.diaryId, ...facts }),
    subject: subject.fingerprint ?? subject.id,
    invitedBy: isAgent ? invitedBy.fingerprint : invitedBy.personId,
  };
}

const shareLine = ({ id, diaryId, diaryName, subject, role, status, invitedBy }: z.input<typeof shareFields>) =>
  `${id}: ${invitedBy} invites ${subject} as ${role} to ${diaryId} (${status}), called: ${diaryName}`;

/** Sharing as tools. */
export const sharingTools: readonly Tool[] = [
  defineTool(memoryContract, "createShare", {
    name: "diaries_share",
    title: "Share a diary",
    description: "Invite another agent to read or write in a diary that you own; it has to accept.",
    input: z.object({
      diary_id: diaryId,
      fingerprint: z.string().describe("Of the agent, XXXX-XXXX-XXXX-XXXX"),
      role: z.enum(["reader", "writer"]).optional().describe("reader unless given"),
    }),
    output: shareFields,
    nextSteps: {
      "memory.not_found": "diaries_list shows your diaries.",
      "memory.forbidden": "ask the diary's owner, whom diaries_get names, to share it.",
      "memory.subject_not_found": "check the fingerprint with agents_lookup.",
      "memory.already_shared":
        "wait for the answer of the invited, or revoke the share with `reef share revoke` on your machine first.",
    },
    toRequest: ({ diary_id, ...body }) => ({ params: { diaryId: diary_id }, body }),
    toAnswer(share, session) {
      const fields = showShare(share, session);
      return { fields, text: `Invited.\n${session.quotes.notice}\n${shareLine(fields)}` };
    },
  }),
  defineTool(memoryContract, "listInvitations", {
    name: "invitations_list",
    title: "List invitations",
    description: "See which diaries the agents and people of your organization want to share with you.",
    input: z.object({ limit: limit(20), cursor }),
    output: pageFields(shareFields),
    toRequest: (query) => ({ query }),
    toAnswer({ items, nextCursor, total }, session) {
      const shown = items.map((share) => showShare(share, session));
      const text = [
        total === 0 ? "No invitation waits for you." : `${shown.length} of ${total} invitations:`,
        ...(total === 0 ? [] : [session.quotes.notice]),
        ...shown.map(shareLine),
        ...(nextCursor === null ? [] : [`More: repeat with cursor "${nextCursor}".`]),
        ...(total === 0 ? [] : ["Next: invitations_answer."]),
      ].join("\n");
      return { fields: { items: shown, nextCursor: nextCursor ?? undefined, total }, text };
    },
  }),
  composeTool(memoryContract.routes.acceptInvitation, {
    name: "invitations_answer",
    title: "Answer an invitation",
    description: "Decide on an invitation that waits for you, once you know who invites you and to what.",
    input: z.object({ invitation_id: z.string().describe("shr_…"), accept: z.boolean() }),
    output: shareFields,
    nextSteps: {
      "memory.share_not_found": "invitations_list shows the invitations that wait for you.",
      "memory.not_pending": "invitations_list shows those that still wait; diaries_list the diaries that you may use.",
    },
    async run(session, { invitation_id, accept }) {
      const params = { shareId: invitation_id };
      const share = await session.invoke(memoryContract, accept ? "acceptInvitation" : "declineInvitation", { params });
      const next = accept ? `Next: entries_list with diary_id ${share.diaryId}.` : "The diary stays closed to you.";
      const fields = showShare(share, session);
      return { fields, text: `${session.quotes.notice}\n${shareLine(fields)}\n${next}` };
    },
  }),
];

import type { Page, Share } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { diaryIdOf } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { writePage } from "../terminal/page.ts";
import { columnOf } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

interface ListOptions {
  status?: Share["status"];
  limit?: number;
  cursor?: string;
}

/** `reef share create DIARY [FINGERPRINT]`: stdout gets the new share's id. */
export async function createShare(
  context: Context,
  { group: groupId, role }: { group?: `grp_${string}`; role?: Share["role"] },
  nameOrId: string,
  fingerprint: string | undefined,
): Promise<void> {
  const { output } = context;
  if ((fingerprint === undefined) === (groupId === undefined)) {
    throw new CommandError(
      exitCodes.wrongUse,
      "Say with whom to share: one agent or one group.",
      "Name an agent by its fingerprint, or a group with --group.",
    );
  }
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const share = await reef.memory.createShare({ diaryId, fingerprint, groupId, role });
  output.result(share, share.id);
  const guest = share.subject.type === "group" ? "The group's owner" : oneLine(share.subject.name);
  output.talk(`${guest} accepts it with: reef invitation accept ${share.id}`);
}

/** `reef share list DIARY` */
export async function listShares(context: Context, options: ListOptions, nameOrId: string): Promise<void> {
  const { status, limit, cursor } = options;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const page: Page<Share> = await reef.memory.listShares({ diaryId, status, limit, cursor });
  const columns = [
    { heading: "WITH", text: (share: Share) => share.subject.name, mayCut: true },
    { heading: "FINGERPRINT", text: (share: Share) => share.subject.fingerprint ?? "a group" },
    { heading: "ROLE", text: (share: Share) => share.role },
    { heading: "STATE", text: (share: Share) => share.status },
    { heading: "SINCE", text: (share: Share) => relativeTime(share.respondedAt ?? share.invitedAt) },
    { heading: "ID", text: (share: Share) => share.id },
  ];
  writePage(context.output, page, columns, "It is shared with nobody. Share it with `reef share create`.");
}

/** `reef share revoke ID`: for the diary's owner, and for the one it was shared with, who leaves by it. */
export async function revokeShare(context: Context, _options: GlobalOptions, shareId: Share["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  await reef.memory.deleteShare({ shareId });
  output.result({ revoked: shareId }, "");
  output.talk("Revoked: what it gave ends with the next request.");
}

/** `reef invitation list` */
export async function listInvitations(context: Context, options: ListOptions): Promise<void> {
  const { status, limit, cursor } = options;
  const { output } = context;
  const reef = await connect(context);
  const page: Page<Share> = await reef.memory.listInvitations({ status, limit, cursor });
  const columns = [
    { heading: "DIARY", text: (share: Share) => share.diaryName, mayCut: true },
    columnOf("FROM", (share: Share) => share.invitedBy),
    {
      heading: "FOR",
      text: (share: Share) => (share.subject.type === "group" ? share.subject.name : "you"),
      mayCut: true,
    },
    { heading: "ROLE", text: (share: Share) => share.role },
    { heading: "INVITED", text: (share: Share) => relativeTime(share.invitedAt) },
    { heading: "ID", text: (share: Share) => share.id },
  ];
  writePage(output, page, columns, "No invitation waits for you.");
}

/** `reef invitation accept ID` */
export async function acceptInvitation(context: Context, _options: GlobalOptions, shareId: Share["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const share = await reef.memory.acceptInvitation({ shareId });
  output.result(share, share.diaryId);
  const may = share.role === "writer" ? "read and write" : "read";
  output.talk(`${share.subject.type === "group" ? "The group" : "You"} may now ${may} ${oneLine(share.diaryName)}.`);
}

/** `reef invitation decline ID` */
export async function declineInvitation(
  context: Context,
  _options: GlobalOptions,
  shareId: Share["id"],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const share = await reef.memory.declineInvitation({ shareId });
  output.result(share, "");
  output.talk(`Declined ${oneLine(share.diaryName)}.`);
}

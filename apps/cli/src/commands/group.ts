import type { Group, GroupMember, Page } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { confirm } from "../terminal/input.ts";
import type { Output } from "../terminal/output.ts";
import { writePage } from "../terminal/page.ts";
import { renderTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** `reef group create NAME`: stdout gets the new group's id. */
export async function createGroup(context: Context, _options: GlobalOptions, name: string): Promise<void> {
  const reef = await connect(context);
  const group = await reef.permissions.createGroup({ name });
  context.output.result(group, group.id);
}

const columns = [
  { heading: "NAME", text: (group: Group) => group.name, mayCut: true },
  { heading: "YOU ARE", text: (group: Group) => group.role },
  { heading: "CREATED", text: (group: Group) => relativeTime(group.createdAt) },
  { heading: "ID", text: (group: Group) => group.id },
];

/** `reef group list` */
export async function listGroups(context: Context, { limit, cursor }: PageOptions): Promise<void> {
  const reef = await connect(context);
  const page: Page<Group> = await reef.permissions.listGroups({ limit, cursor });
  writePage(context.output, page, columns, "You are in no group. Make one with `reef group create NAME`.");
}

/** `reef group get ID` */
export async function getGroup(context: Context, _options: GlobalOptions, groupId: Group["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const group = await reef.permissions.getGroup({ groupId });
  output.result(group, renderTable(columns, [group], output));
}

/** `reef group delete ID` */
export async function deleteGroup(context: Context, { yes }: { yes?: boolean }, groupId: Group["id"]): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const group = await reef.permissions.getGroup({ groupId });
  await confirm(
    `Delete the group ${oneLine(group.name)}? Its members lose at once what was shared with it.`,
    yes,
    signal,
  );
  await reef.permissions.deleteGroup({ groupId });
  output.result({ deleted: groupId }, "");
  output.talk(`Deleted ${oneLine(group.name)}.`);
}

/** `reef group members ID` */
export async function listGroupMembers(
  context: Context,
  { limit, cursor }: PageOptions,
  groupId: Group["id"],
): Promise<void> {
  const reef = await connect(context);
  const page: Page<GroupMember> = await reef.permissions.listGroupMembers({ groupId, limit, cursor });
  const memberColumns = [
    {
      heading: "NAME",
      text: (member: GroupMember) => member.name,
      fingerprint: (member: GroupMember) => member.fingerprint,
      mayCut: true,
    },
    { heading: "FINGERPRINT", text: (member: GroupMember) => member.fingerprint },
    { heading: "ROLE", text: (member: GroupMember) => member.role },
    { heading: "ADDED", text: (member: GroupMember) => relativeTime(member.addedAt) },
  ];
  writePage(context.output, page, memberColumns, "The group has no members. Add one with `reef group add`.");
}

/** `reef group add ID FINGERPRINT` */
export async function addGroupMember(
  context: Context,
  _options: GlobalOptions,
  groupId: Group["id"],
  fingerprint: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const member = await reef.permissions.addGroupMember({ groupId, fingerprint });
  output.result(member, "");
  talkOf(output, member.name, "is in the group now");
}

/** `reef group remove ID FINGERPRINT`: for the group's owner, and for a member that leaves. */
export async function removeGroupMember(
  context: Context,
  _options: GlobalOptions,
  groupId: Group["id"],
  fingerprint: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  await reef.permissions.removeGroupMember({ groupId, fingerprint });
  output.result({ removed: fingerprint }, "");
  talkOf(output, fingerprint, "is no longer in the group");
}

const talkOf = (output: Output, who: string, what: string) => output.talk(`${oneLine(who)} ${what}.`);

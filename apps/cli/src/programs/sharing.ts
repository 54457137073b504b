import { type Command, Option } from "commander";
import { fingerprint, groupId, roles, shareId, shareStatuses, transferId } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

const loadShare = () => import("../commands/share.ts");
const loadTransfer = () => import("../commands/transfer.ts");
const loadGroup = () => import("../commands/group.ts");

const withStatus = (command: Command, standard: string): Command =>
  command.addOption(new Option("--status <state>", `only those in this state${standard}`).choices(shareStatuses));

/** `reef share …` */
export function addShareCommands(program: Command): void {
  const share = program.command("share").description("your diaries in the hands of other agents");
  share
    .command("create")
    .description("invite an agent, or a group, to a diary; it gives nothing until it is accepted")
    .argument("<name or id>", "the diary")
    .argument("[fingerprint]", "the agent", fingerprint)
    .option("--group <id>", "a group, in place of an agent", groupId)
    .addOption(new Option("--role <role>", "whether it may write too (reader)").choices(roles))
    .action(lazily(async () => (await loadShare()).createShare));
  withStatus(paged(share.command("list")), "")
    .description("list with whom a diary is or was shared, newest first")
    .argument("<name or id>", "the diary")
    .action(lazily(async () => (await loadShare()).listShares));
  share
    .command("revoke")
    .description("end a share: of your diary, or one that was made with you")
    .argument("<id>", "its id", shareId)
    .action(lazily(async () => (await loadShare()).revokeShare));
}

/** `reef invitation …` */
export function addInvitationCommands(program: Command): void {
  const invitation = program.command("invitation").description("diaries that others share with you");
  withStatus(paged(invitation.command("list")), " (pending)")
    .description("list invitations to you and to groups that you own, newest first")
    .action(lazily(async () => (await loadShare()).listInvitations));
  invitation
    .command("accept")
    .description("accept an invitation")
    .argument("<id>", "its id", shareId)
    .action(lazily(async () => (await loadShare()).acceptInvitation));
  invitation
    .command("decline")
    .description("decline an invitation")
    .argument("<id>", "its id", shareId)
    .action(lazily(async () => (await loadShare()).declineInvitation));
}

/** `reef transfer …` */
export function addTransferCommands(program: Command): void {
  const transfer = program.command("transfer").description("diaries that change hands; `diary transfer` offers one");
  paged(transfer.command("list"))
    .description("list transfers from and to you, newest first")
    .action(lazily(async () => (await loadTransfer()).listTransfers));
  transfer
    .command("accept")
    .description("take over a diary that was offered to you")
    .argument("<id>", "its id", transferId)
    .action(lazily(async () => (await loadTransfer()).acceptTransfer));
  transfer
    .command("decline")
    .description("decline a diary that was offered to you")
    .argument("<id>", "its id", transferId)
    .action(lazily(async () => (await loadTransfer()).declineTransfer));
  transfer
    .command("cancel")
    .description("take back your offer")
    .argument("<id>", "its id", transferId)
    .action(lazily(async () => (await loadTransfer()).cancelTransfer));
}

/** `reef diary transfer` */
export function addDiaryTransfer(diary: Command): void {
  diary
    .command("transfer")
    .description("offer a diary to another agent, which owns it once it accepts; you stay as a writer")
    .argument("<name or id>")
    .argument("<fingerprint>", "the agent", fingerprint)
    .action(lazily(async () => (await loadTransfer()).createTransfer));
}

/** `reef group …` */
export function addGroupCommands(program: Command): void {
  const group = program.command("group").description("groups of agents, with which a diary can be shared");
  group
    .command("create")
    .description("create a group; you own it and are its first member")
    .argument("<name>")
    .action(lazily(async () => (await loadGroup()).createGroup));
  paged(group.command("list"))
    .description("list the groups that you own or are a member of, newest first")
    .action(lazily(async () => (await loadGroup()).listGroups));
  group
    .command("get")
    .description("show a group")
    .argument("<id>", "its id", groupId)
    .action(lazily(async () => (await loadGroup()).getGroup));
  group
    .command("delete")
    .description("delete a group, and with it all that was shared with it")
    .argument("<id>", "its id", groupId)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadGroup()).deleteGroup));
  group
    .command("add")
    .description("add an agent of your organization to a group")
    .argument("<id>", "the group's id", groupId)
    .argument("<fingerprint>", "the agent", fingerprint)
    .action(lazily(async () => (await loadGroup()).addGroupMember));
  group
    .command("remove")
    .description("remove an agent from a group, or leave it yourself")
    .argument("<id>", "the group's id", groupId)
    .argument("<fingerprint>", "the agent", fingerprint)
    .action(lazily(async () => (await loadGroup()).removeGroupMember));
  paged(group.command("members"))
    .description("list a group's members")
    .argument("<id>", "its id", groupId)
    .action(lazily(async () => (await loadGroup()).listGroupMembers));
}

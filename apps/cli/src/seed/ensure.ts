import { toBase64 } from "@reef/proofs";
import { type Diary, frameToSign, type Group, ReefError, type Share } from "@reef/sdk";
import type { Member, Members } from "./members.ts";
import {
  type DiaryName,
  diaries,
  diaryNames,
  group as groupOfStory,
  retired,
  shares,
  signingRequests,
  transfer,
} from "./story.ts";

/*
 * Each step looks at what is there and does what is missing, so that all may be repeated after a run that broke off.
 */

/** The diaries of the story, by name. */
export type DiariesByName = Readonly<Record<DiaryName, Diary>>;

/** Creates the diaries that are missing. */
export async function ensureDiaries(members: Members): Promise<DiariesByName> {
  const found: Partial<Record<DiaryName, Diary>> = {};
  for (const name of diaryNames) {
    const { owner, visibility, ...more } = diaries[name];
    const { memory } = members[owner].reef;
    const { items } = await memory.listDiaries({ name, role: "owner", limit: 1 });
    found[name] = items[0] ?? (await memory.createDiary({ name, visibility, signed: "isSigned" in more }));
  }
  return found as DiariesByName;
}

/** Creates the group, with its members. */
export async function ensureGroup(members: Members): Promise<Group> {
  const { name, owner, members: inGroup } = groupOfStory;
  const { permissions } = members[owner].reef;
  const { items } = await permissions.listGroups({ limit: 100 });
  const group =
    items.find((one) => one.name === name && one.role === "owner") ?? (await permissions.createGroup({ name }));
  for (const member of inGroup) {
    await permissions.addGroupMember({ groupId: group.id, fingerprint: members[member].fingerprint });
  }
  return group;
}

/** Shares the diaries, and brings each share into its state. */
export async function ensureShares(members: Members, byName: DiariesByName, groupId: Group["id"]): Promise<void> {
  for (const { diary, with: guest, role, status } of shares) {
    const owner = members[diaries[diary].owner];
    const diaryId = byName[diary].id;
    const subject = guest === "group" ? { groupId } : { fingerprint: members[guest].fingerprint };
    const subjectId = guest === "group" ? groupId : members[guest].agentId;
    const { items } = await owner.reef.memory.listShares({ diaryId, limit: 100 });
    const share =
      items.find(({ subject: { id } }) => id === subjectId) ??
      (await owner.reef.memory.createShare({ diaryId, role, ...subject }));
    if (share.status === "pending")
      await answer(owner, members[guest === "group" ? groupOfStory.owner : guest], share, status);
  }
}

/** What becomes of a pending invitation. Who was sent away had accepted before. */
async function answer(owner: Member, guest: Member, { id: shareId }: Share, status: Share["status"]): Promise<void> {
  if (status === "declined") await guest.reef.memory.declineInvitation({ shareId });
  if (status === "accepted" || status === "revoked") await guest.reef.memory.acceptInvitation({ shareId });
  if (status === "revoked") await owner.reef.memory.deleteShare({ shareId });
}

/** Has agents asked to sign, and lets them answer. What expired is asked again. */
export async function ensureSigningRequests(members: Members): Promise<void> {
  for (const { agent, message, answer: kind } of signingRequests) {
    const { reef, key } = members[agent];
    const { items } = await reef.signing.listSigningRequests({ status: ["pending", "completed"], limit: 100 });
    const request =
      items.find((asked) => asked.message === message) ?? (await reef.signing.createSigningRequest({ message }));
    if (kind === "none" || request.status !== "pending") continue;
    // A wrong answer is a good signature over something else: of the right length, and of no use.
    const frame = await frameToSign("request", { ...request, message });
    const signed = kind === "good" ? frame : new TextEncoder().encode("Signed with the wrong thing at hand.");
    const signature = toBase64(await key.sign(signed));
    await reef.signing.submitSignature({ signingRequestId: request.id, signature });
  }
}

/** Disables the agent that has left its work. */
export async function ensureRetired(members: Members): Promise<void> {
  const { reef, fingerprint } = members[retired];
  await reef.identity.disableAgent({ fingerprint });
}

/** Offers the diary that changes hands. */
export async function ensureTransfer(members: Members, byName: DiariesByName): Promise<void> {
  const { diary, to } = transfer;
  const { memory } = members[diaries[diary].owner].reef;
  try {
    await memory.createTransfer({ diaryId: byName[diary].id, fingerprint: members[to].fingerprint });
  } catch (error) {
    if (!(error instanceof ReefError) || error.code !== "memory.already_offered") throw error;
  }
}

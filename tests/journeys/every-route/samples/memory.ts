import { newId } from "@reef/crypto";
import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

const inDiary =
  (more: object = {}): Sample["request"] =>
  async ({ diaryId }) => ({ path: { diaryId }, ...more });
const ofEntry =
  (more: object = {}): Sample["request"] =>
  async ({ entry }) => ({ path: { entryId: entry.id }, ...more });
const nothing: Sample = { request: async () => ({}) };

/** A share that waits for the owner's answer: in this world the owner of the route is whoever was invited. */
async function inviteOwner({ members }: World): Promise<{ path: { shareId: string } }> {
  const diary = await members.colleague.reef.memory.createDiary({ name: "theirs" });
  const { fingerprint } = members.owner.agent;
  const share = await members.colleague.reef.memory.createShare({ diaryId: diary.id, fingerprint });
  return { path: { shareId: share.id } };
}

async function shareWithNewcomer({ diaryId, reef, makeAgent }: World) {
  const { fingerprint } = (await makeAgent()).agent;
  return { path: { shareId: (await reef.memory.createShare({ diaryId, fingerprint })).id } };
}

/** Who may read the diary knows that it is shared; with whom is a matter of its owner and of that one. */
const shareOfAnother = { reader: 403, writer: 403 } as const;

/** The colleague sees it as its sender, and may not answer it. */
const answersOfShare = { colleague: 404 } as const;

async function offerOwner({ members }: World): Promise<{ path: { transferId: string } }> {
  const diary = await members.writer.reef.memory.createDiary({ name: "a gift" });
  const { fingerprint } = members.owner.agent;
  const transfer = await members.writer.reef.memory.createTransfer({ diaryId: diary.id, fingerprint });
  return { path: { transferId: transfer.id } };
}

async function relate({ entry, makeEntry, reef }: World) {
  const { id: toEntryId } = await makeEntry();
  await reef.memory.ensureRelation({ entryId: entry.id, kind: "supports", toEntryId });
  return { path: { entryId: entry.id, kind: "supports", toEntryId } };
}

const PAST = "2026-01-02T03:04:05.000Z";
const author = { agentId: newId("agt"), name: "ada", fingerprint: "0123-4567-89AB-CDEF" };

const restoredEntry = () => ({
  sourceId: newId("ent"),
  author,
  title: null,
  content: "what was before",
  tags: [],
  type: "semantic",
  importance: 5,
  session: null,
  happenedAt: PAST,
  createdAt: PAST,
  updatedAt: PAST,
  contentHash: null,
  signature: null,
});

/** Between entries that nobody restored: left out of the answer, which is none the worse for it. */
const restoredRelation = () => ({
  fromSourceId: newId("ent"),
  kind: "supports",
  toSourceId: newId("ent"),
  note: null,
  author,
  createdAt: PAST,
});

/** Good requests of the memory module's routes. */
export const memorySamples: Readonly<Record<string, Sample>> = {
  "memory.createDiary": { request: async () => ({ body: { name: "mine" } }) },
  "memory.listDiaries": nothing,
  "memory.getDiary": { request: inDiary() },
  "memory.updateDiary": { request: inDiary({ body: { name: "renamed" } }) },
  "memory.deleteDiary": { request: async ({ makeDiary }) => ({ path: { diaryId: await makeDiary() } }) },
  "memory.createEntry": { request: inDiary({ body: { content: "high water at noon" } }) },
  "memory.importEntries": { request: inDiary({ body: { entries: [{ content: "low water at six" }] } }) },
  "memory.listEntries": { request: inDiary() },
  "memory.listOrganizationEntries": { request: async () => ({ query: { injectionRisk: "false" } }) },
  "memory.getEntry": { request: ofEntry() },
  "memory.listEntryVersions": { request: ofEntry() },
  "memory.verifyEntry": { request: ofEntry() },
  "memory.updateEntry": { request: ofEntry({ body: { importance: 7 } }) },
  "memory.deleteEntry": { request: async ({ makeEntry }) => ({ path: { entryId: (await makeEntry()).id } }) },
  "memory.search": { request: async ({ diaryId }) => ({ body: { query: "tide", diaryId } }) },
  "memory.composeContext": { request: async ({ diaryId }) => ({ body: { task: "plan the tide", diaryId } }) },
  "memory.listClusters": { request: inDiary() },
  "memory.createShare": {
    request: async ({ diaryId, makeAgent }) => ({
      path: { diaryId },
      body: { fingerprint: (await makeAgent()).agent.fingerprint },
    }),
  },
  "memory.listShares": { request: inDiary() },
  "memory.listOrganizationShares": { request: async () => ({ query: { status: "accepted" } }) },
  "memory.getShare": { request: shareWithNewcomer, answers: shareOfAnother },
  "memory.deleteShare": { request: shareWithNewcomer, answers: shareOfAnother },
  "memory.listInvitations": nothing,
  "memory.acceptInvitation": { request: inviteOwner, answers: answersOfShare },
  "memory.declineInvitation": { request: inviteOwner, answers: answersOfShare },
  "memory.createTransfer": {
    request: async ({ makeDiary, makeAgent }) => ({
      path: { diaryId: await makeDiary() },
      body: { fingerprint: (await makeAgent()).agent.fingerprint },
    }),
  },
  "memory.listTransfers": nothing,
  "memory.getTransfer": { request: offerOwner, answers: { writer: 200 } },
  // The writer offers it here, so it sees the transfer without being able to answer it.
  "memory.acceptTransfer": { request: offerOwner, answers: { writer: 403 } },
  "memory.declineTransfer": { request: offerOwner, answers: { writer: 403 } },
  "memory.cancelTransfer": {
    request: async ({ makeDiary, reef, makeAgent }) => {
      const { fingerprint } = (await makeAgent()).agent;
      const transfer = await reef.memory.createTransfer({ diaryId: await makeDiary(), fingerprint });
      return { path: { transferId: transfer.id } };
    },
  },
  "memory.ensureRelation": {
    request: async ({ entry, makeEntry }) => ({
      path: { entryId: entry.id, kind: "supports", toEntryId: (await makeEntry()).id },
      body: {},
    }),
  },
  "memory.listRelations": { request: ofEntry() },
  "memory.deleteRelation": { request: relate },
  "memory.listDiaryRelations": { request: inDiary() },
  "memory.restoreDiary": {
    request: async () => ({
      body: {
        sourceId: newId("dia"),
        name: "old",
        visibility: "private",
        signed: false,
        createdAt: PAST,
        updatedAt: PAST,
      },
    }),
  },
  "memory.restoreEntries": { request: inDiary({ body: { entries: [restoredEntry()] } }) },
  "memory.restoreRelations": { request: async () => ({ body: { relations: [restoredRelation()] } }) },
  "memory.listFeed": nothing,
  "memory.searchFeed": { request: async () => ({ query: { q: "tide" } }) },
  "memory.streamFeed": nothing,
};

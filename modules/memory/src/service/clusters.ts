import { setImmediate } from "node:timers/promises";
import type { Call, MemberCaller } from "@reef/http/call";
import { compareAll } from "../clusters/compare.ts";
import { type Likenesses, link } from "../clusters/linkage.ts";
import type { Cluster, Clusters } from "../contract.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { type ComparedEntry, listCompared, listVectors } from "../store/clusters.ts";
import type { DiaryAccess } from "./access.ts";

export interface ClusterDependencies {
  access: DiaryAccess;
  encoder: Encoder | undefined;
}

/** Every entry is compared with every other one, so their number is bounded. */
const EXAMINED = 500;
/** From here on two entries say the same. */
const SAME = 0.9;
const EXCERPT_CHARACTERS = 200;
/** Others are let in when so much time has gone by. */
const SLICE_MS = 3;

/** Proposals of what to merge. Nothing here changes an entry. */
export function createClusterService({ access, encoder }: ClusterDependencies) {
  return {
    /**
     * Clusters among the newest entries of a diary that nothing supersedes.
     *
     * @throws memory.not_found when the diary is unknown **or** the caller may not read it.
     */
    async listClusters(
      call: Call<MemberCaller>,
      diaryId: string,
      { threshold, limit }: { threshold: number; limit: number },
    ): Promise<Clusters> {
      await access.getReadable(call, diaryId);
      const entries = await listCompared(call.db, access.readerOf(call.caller), diaryId, EXAMINED);
      const ids = entries.map(({ id }) => id);
      const vectors = encoder === undefined ? undefined : await listVectors(call.db, ids, encoder.model);
      const texts = entries.map((entry) => ({ text: textOf(entry), vector: vectors?.get(entry.id) }));
      const likenesses = await inSlices(compareAll(texts, encoder?.trust.floor ?? 0));
      const groups = await inSlices(link(likenesses, threshold));
      const clusters = groups
        .map((group) => toCluster(entries, group, likenesses))
        .sort((a, b) => b.similarity - a.similarity || b.entries.length - a.entries.length);
      return { items: clusters.slice(0, limit), total: clusters.length, examined: entries.length };
    },
  };
}

async function inSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  let started = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - started < SLICE_MS) continue;
    await setImmediate();
    started = performance.now();
  }
}

const textOf = ({ title, beginning }: ComparedEntry): string => (title === null ? beginning : `${title}\n${beginning}`);

function toCluster(entries: readonly ComparedEntry[], group: readonly number[], likenesses: Likenesses): Cluster {
  const members = group.flatMap((index) => {
    const entry = entries[index];
    let likeness = 0;
    for (const other of group) if (other !== index) likeness += likenesses.between(index, other);
    return entry === undefined ? [] : [{ entry, central: likeness / (group.length - 1) }];
  });
  const similarity = members.reduce((sum, { central }) => sum + central, 0) / members.length;
  // The entries come newest first, and sorting keeps that among equals.
  const ranked = members.toSorted((a, b) => b.entry.importance - a.entry.importance || b.central - a.central);
  const [first, second] = ranked;
  if (first === undefined) throw new Error("A cluster has no entries.");
  return {
    entries: members.map(({ entry: { id, title, beginning, importance, createdAt } }) => ({
      id: id as `ent_${string}`,
      title,
      excerpt: excerptOf(beginning),
      importance,
      createdAt: createdAt.toISOString(),
    })),
    representativeId: first.entry.id,
    representativeReason:
      first.entry.importance !== second?.entry.importance
        ? "most_important"
        : first.central !== second.central
          ? "most_central"
          : "newest",
    similarity,
    suggestion: similarity >= SAME && nameSameNumbers(members.map(({ entry }) => entry)) ? "merge" : "review",
  };
}

/** Texts that differ in a number only are as alike as can be, and yet may contradict each other. */
function nameSameNumbers(entries: readonly ComparedEntry[]): boolean {
  const named = entries.map((entry) => (textOf(entry).match(/\p{N}+/gu) ?? []).toSorted().join(" "));
  return new Set(named).size === 1;
}

/** How a content begins, in whole words where it has any. */
function excerptOf(beginning: string): string {
  const line = beginning.replace(/\s+/g, " ").trim();
  if (line.length <= EXCERPT_CHARACTERS) return line;
  const start = line.slice(0, EXCERPT_CHARACTERS).replace(/[\ud800-\udbff]$/, "");
  return `${start.replace(/\s\S*$/, "")} …`;
}

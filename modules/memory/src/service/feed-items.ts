import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import type { FeedItem } from "../contract.ts";
import type { PublishedEntry } from "../store/feed.ts";

/** Published entries as anybody sees them, each with its author's present key. */
export async function toFeedItems(
  db: Connection,
  identity: Pick<IdentityApi, "listAgentsById">,
  published: readonly PublishedEntry[],
): Promise<FeedItem[]> {
  const authorsOf = new Map<Id<"org">, Set<Id<"agt">>>();
  for (const { organizationId, entry } of published) {
    const authors = authorsOf.get(organizationId) ?? new Set();
    authorsOf.set(organizationId, authors.add(entry.author.agentId as Id<"agt">));
  }
  const keys = new Map<string, string>();
  for (const [organizationId, authors] of authorsOf) {
    const agents = await identity.listAgentsById(db, organizationId, [...authors]);
    for (const [id, { publicKey }] of agents) keys.set(id, publicKey);
  }
  return published.map(({ entry, diaryName, publishedAt }) => ({
    id: entry.id,
    diaryId: entry.diaryId,
    diaryName,
    author: {
      name: entry.author.name,
      fingerprint: entry.author.fingerprint,
      publicKey: keys.get(entry.author.agentId) ?? null,
    },
    title: entry.title,
    content: entry.content,
    tags: entry.tags,
    type: entry.type,
    injectionRisk: entry.injectionRisk,
    contentHash: entry.contentHash,
    signature: entry.signature,
    importedBy: entry.importedBy,
    editedBy: entry.editedBy,
    publishedAt: publishedAt.toISOString(),
  }));
}

import type { Context } from "../context.ts";
import { updateCredentials } from "../credentials/credentials-file.ts";
import {
  type DiariesByName,
  ensureDiaries,
  ensureGroup,
  ensureRetired,
  ensureShares,
  ensureSigningRequests,
  ensureTransfer,
} from "./ensure.ts";
import { listAgents, type Member, type Members } from "./members.ts";
import { relations } from "./relations.ts";
import { diaries, diaryNames, shares, signingRequests } from "./story.ts";
import { tellStory } from "./story-entries.ts";
import { ensureEntries, ensureRelations } from "./write-entries.ts";

/** How much there is now. */
export interface Told {
  diaries: number;
  entries: number;
  relations: number;
  shares: number;
  signingRequests: number;
}

/**
 * Fills the organization of the agents that have joined. What is there is left as it is, so that a telling that was
 * broken off goes on; that one agent is disabled comes last, and marks the end.
 */
export async function tell(context: Context, members: Members): Promise<Told> {
  const { output, signal } = context;
  const step = (what: string) => {
    signal.throwIfAborted();
    output.progress(`${what} …`);
  };
  // Told as of the moment of the first joining: a telling that goes on later is still the same to the letter.
  const now = await joinedAt(members.maren);
  const story = await tellStory(now);
  step("Creating diaries");
  const byName = await ensureDiaries(members);
  await keepDefaultDiaries(context, members, byName);
  step("Sharing them");
  const { id: groupId } = await ensureGroup(members);
  await ensureShares(members, byName, groupId);
  const onWritten = (written: number) => step(`Written ${written} of ${story.length} entries`);
  const ids = await ensureEntries({ members, diaries: byName, now, onWritten }, story);
  step("Relating entries");
  await ensureRelations(members, story, ids);
  step("Asking for signatures");
  await ensureSigningRequests(members);
  await ensureTransfer(members, byName);
  await ensureRetired(members);
  return {
    diaries: diaryNames.length,
    entries: story.length,
    relations: relations.length,
    shares: shares.length,
    signingRequests: signingRequests.length,
  };
}

/** When an agent joined, in milliseconds. */
async function joinedAt({ reef, fingerprint }: Member): Promise<number> {
  const agent = (await listAgents(reef)).find((one) => one.fingerprint === fingerprint);
  if (agent === undefined) throw new Error(`${fingerprint} is not in its own organization.`);
  return Date.parse(agent.createdAt);
}

/** Makes the first diary that each agent owns the one that `reef remember` writes to as that agent. */
async function keepDefaultDiaries(context: Context, members: Members, byName: DiariesByName): Promise<void> {
  await updateCredentials(context.environment.configFolder, (file) => {
    const profiles = { ...file.profiles };
    for (const name of [...diaryNames].reverse()) {
      const { profileName } = members[diaries[name].owner];
      const profile = profiles[profileName];
      if (profile !== undefined) profiles[profileName] = { ...profile, defaultDiaryId: byName[name].id };
    }
    return { ...file, profiles };
  });
}

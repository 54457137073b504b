import { type Agent, createReef, type Key, keyFromSeed, type Reef } from "@reef/sdk";
import type { Context } from "../context.ts";
import { readCredentials, updateCredentials } from "../credentials/credentials-file.ts";
import { loadKey } from "../credentials/keyring.ts";
import type { Profile } from "../credentials/profile.ts";
import type { AgentName } from "./story.ts";

/** An agent of the story that has joined. */
export interface Member {
  name: AgentName;
  profileName: string;
  agentId: Agent["id"];
  fingerprint: string;
  key: Key;
  reef: Reef;
}

/** All of them, by name. */
export type Members = Readonly<Record<AgentName, Member>>;

/** A reef asks for a pause of a minute at most; a seeding has the time. */
export const LONGEST_PAUSE_SECONDS = 65;

/** The profile of an agent of the story in a telling: `demo-maren`, and `demo-maren-2` where it is told once more. */
export const profileOf = (name: AgentName, telling: number): string =>
  telling === 1 ? `demo-${name}` : `demo-${name}-${telling}`;

/** A client that acts as the agent of a profile. */
export async function memberOf(
  context: Context,
  name: AgentName,
  profileName: string,
  profile: Profile,
): Promise<Member> {
  const { url, clientId, fingerprint } = profile;
  const privateKey = await loadKey(fingerprint, profile);
  const reef = createReef({
    url,
    credentials: { clientId, privateKey },
    signal: context.signal,
    longestPauseSeconds: LONGEST_PAUSE_SECONDS,
  });
  const agentId = clientId as Agent["id"];
  return { name, profileName, agentId, fingerprint, key: await keyFromSeed(privateKey), reef };
}

/** The agent of a profile that is there already, at this reef; undefined where there is none. */
export async function findMember(
  context: Context,
  name: AgentName,
  telling: number,
  url: string,
): Promise<Member | undefined> {
  const profileName = profileOf(name, telling);
  const profile = (await readCredentials(context.environment.configFolder)).profiles[profileName];
  return profile?.url === url ? memberOf(context, name, profileName, profile) : undefined;
}

/** Removes a profile whose agent has left again. */
export const forgetMember = ({ environment }: Context, profileName: string) =>
  updateCredentials(environment.configFolder, ({ current, ...file }) => {
    const { [profileName]: _left, ...profiles } = file.profiles;
    return { ...file, profiles, ...(current !== undefined && current !== profileName && { current }) };
  });

/** All agents of the caller's organization. */
export async function listAgents(reef: Reef): Promise<Agent[]> {
  const agents: Agent[] = [];
  for await (const agent of reef.identity.listAgents.all({ limit: 100 })) agents.push(agent);
  return agents;
}

import type { Group } from "@reef/sdk";
import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

/** A group of the owner's, with the reader in it. */
async function makeGroup({ reef, members }: World): Promise<{ groupId: Group["id"] }> {
  const { id: groupId } = await reef.permissions.createGroup({ name: "crew" });
  const { fingerprint } = members.reader.agent;
  await reef.permissions.addGroupMember({ groupId, fingerprint });
  return { groupId };
}

const ofGroup: Sample = { request: async (world) => ({ path: await makeGroup(world) }) };

/** Good requests of the permissions module's routes. */
export const permissionsSamples: Readonly<Record<string, Sample>> = {
  "permissions.createGroup": { request: async () => ({ body: { name: "crew" } }) },
  "permissions.listGroups": { request: async () => ({}) },
  "permissions.getGroup": ofGroup,
  "permissions.updateGroup": {
    request: async (world) => ({ path: await makeGroup(world), body: { name: "watch" } }),
  },
  "permissions.deleteGroup": ofGroup,
  "permissions.listGroupMembers": ofGroup,
  "permissions.addGroupMember": {
    request: async (world) => ({
      path: { ...(await makeGroup(world)), fingerprint: (await world.makeAgent()).agent.fingerprint },
    }),
  },
  "permissions.removeGroupMember": {
    request: async (world) => {
      const member = { ...(await makeGroup(world)), fingerprint: (await world.makeAgent()).agent.fingerprint };
      await world.reef.permissions.addGroupMember(member);
      return { path: member };
    },
  },
};

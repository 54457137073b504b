import { type Group, generateKey, keyFromSeed } from "@reef/sdk";
import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

const nothing: Sample = { request: async () => ({}) };

const WRONG = Buffer.alloc(64).toString("base64");

const sign = async (privateKey: string, signingInput: string) => {
  const bytes = Uint8Array.from(Buffer.from(signingInput, "base64"));
  return Buffer.from(await (await keyFromSeed(privateKey)).sign(bytes)).toString("base64");
};

async function registration({ reef }: World) {
  const key = await generateKey();
  const { publicKey } = key;
  const { nonce, signingInput } = await reef.identity.createChallenge({ publicKey });
  const { code: voucher } = await reef.identity.issueVoucher();
  const signature = await sign(key.privateKey, signingInput);
  return { body: { name: "newcomer", publicKey, voucher, nonce, signature } };
}

async function recovery({ reef, makeAgent }: World) {
  const { agent, privateKey } = await makeAgent();
  const { publicKey } = agent;
  const { challenge, signingInput } = await reef.identity.createRecoveryChallenge({ publicKey });
  return { body: { publicKey, challenge, signature: await sign(privateKey, signingInput) } };
}

const ofNewcomer: Sample["request"] = async ({ makeAgent }) => ({
  path: { fingerprint: (await makeAgent()).agent.fingerprint },
});

const unknownCode: Sample["request"] = async () => ({ path: { code: "abcde-fghjk" } });
const notFound = { stranger: 404, colleague: 404, reader: 404, writer: 404, owner: 404 } as const;

/** Only the founding agent manages others; to another organization they do not exist. */
const founderOnly = { colleague: 403, reader: 403, writer: 403 } as const;

async function makeGroup({ reef, members }: World): Promise<{ groupId: Group["id"] }> {
  const { id: groupId } = await reef.permissions.createGroup({ name: "crew" });
  const { fingerprint } = members.reader.agent;
  await reef.permissions.addGroupMember({ groupId, fingerprint });
  return { groupId };
}

/** The reader is a member of the group: it sees it, and may not change it. */
const asMember = { reader: 200 } as const;
const memberMayNot = { reader: 403 } as const;

/** Good requests of the routes of identity and permissions. */
export const identitySamples: Readonly<Record<string, Sample>> = {
  "identity.createChallenge": { request: async () => ({ body: { publicKey: (await generateKey()).publicKey } }) },
  "identity.registerAgent": { request: registration },
  "identity.whoami": nothing,
  "identity.rotateSecret": nothing,
  "identity.listAgents": nothing,
  "identity.getAgent": { request: ofNewcomer },
  "identity.listAgentKeys": { request: ofNewcomer },
  "identity.disableAgent": { request: ofNewcomer, answers: founderOnly },
  "identity.enableAgent": { request: ofNewcomer, answers: founderOnly },
  "identity.issueVoucher": nothing,
  "identity.listVouchers": nothing,
  "identity.listVoucherGraph": nothing,
  "identity.createRotationChallenge": {
    request: async () => ({ body: { publicKey: (await generateKey()).publicKey } }),
  },
  // A rotation would end the actor's tokens for the routes after it, so its proof is wrong here; the right one is tested at its module.
  "identity.rotateKey": {
    request: async () => ({
      body: { publicKey: (await generateKey()).publicKey, nonce: "none", oldSignature: WRONG, newSignature: WRONG },
    }),
    answers: { stranger: 400, colleague: 400, reader: 400, writer: 400, owner: 400 },
  },
  // No client waits with this code; one that does is in the test of the authorization flow.
  "identity.getAuthorization": { request: unknownCode, answers: notFound },
  "identity.approveAuthorization": { request: unknownCode, answers: notFound },
  "identity.createRecoveryChallenge": {
    request: async () => ({ body: { publicKey: (await generateKey()).publicKey } }),
  },
  "identity.recover": { request: recovery },
  "permissions.createGroup": { request: async () => ({ body: { name: "crew" } }) },
  "permissions.listGroups": nothing,
  "permissions.getGroup": { request: async (world) => ({ path: await makeGroup(world) }), answers: asMember },
  "permissions.updateGroup": {
    request: async (world) => ({ path: await makeGroup(world), body: { name: "watch" } }),
    answers: memberMayNot,
  },
  "permissions.deleteGroup": { request: async (world) => ({ path: await makeGroup(world) }), answers: memberMayNot },
  "permissions.listGroupMembers": { request: async (world) => ({ path: await makeGroup(world) }), answers: asMember },
  "permissions.addGroupMember": {
    request: async (world) => ({
      path: { ...(await makeGroup(world)), fingerprint: (await world.makeAgent()).agent.fingerprint },
    }),
    answers: memberMayNot,
  },
  "permissions.removeGroupMember": {
    request: async (world) => {
      const member = { ...(await makeGroup(world)), fingerprint: (await world.makeAgent()).agent.fingerprint };
      await world.reef.permissions.addGroupMember(member);
      return { path: member };
    },
    answers: memberMayNot,
  },
};

import { newId } from "@reef/crypto";
import { generateKey, keyFromSeed } from "@reef/sdk";
import { type Actor, actors } from "../expectation.ts";
import type { Sample } from "../sample.ts";
import type { World } from "../world.ts";

const nothing: Sample = { request: async () => ({}) };

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

/** A newcomer replaces its key in the actor's place, whose tokens it would end for the routes after it. */
async function rotation({ makeAgent }: World) {
  const sender = await makeAgent();
  const { privateKey, publicKey } = await generateKey();
  const { nonce, signingInput } = await sender.reef.identity.createRotationChallenge({ publicKey });
  const oldSignature = await sign(sender.privateKey, signingInput);
  const newSignature = await sign(privateKey, signingInput);
  return { sender, body: { publicKey, nonce, oldSignature, newSignature } };
}

const newKey: Sample["request"] = async () => ({ body: { publicKey: (await generateKey()).publicKey } });

const ofNewcomer: Sample["request"] = async ({ makeAgent }) => ({
  path: { fingerprint: (await makeAgent()).agent.fingerprint },
});

/** Who has the code of a waiting client decides on it, whoever that is. */
const waitingClient: Sample["request"] = async ({ requestAuthorization }) => ({
  path: { code: await requestAuthorization() },
});

/** A voucher of the owner's. One that nobody was allowed to revoke serves again, for an agent has five at most. */
const waitingVoucher: Sample["request"] = async ({ reef }) => {
  const { items } = await reef.identity.listVouchers();
  const voucher = items[0] ?? (await reef.identity.issueVoucher());
  return { path: { voucherId: voucher.id } };
};

/** One in which nobody here is, since everybody needs theirs. */
const ofIdleOrganization: Sample["request"] = async ({ idleOrganizationId }) => ({
  path: { organizationId: idleOrganizationId },
});

/** The reef has its operator, so the one code is spent, whoever brings it. */
const setup: Sample = {
  request: async () => ({
    body: {
      code: "0".repeat(64),
      name: "Late",
      email: "late@reef.test",
      password: "correct horse battery staple",
      organizationName: "Late",
      slug: "late",
    },
  }),
  answers: Object.fromEntries(actors.map((actor) => [actor, 403])) as Record<Actor, number>,
};

/** Whoever has the link sees what the mail said, also without a session. */
const mailedLink: Sample = {
  request: async ({ invitation: { id, token } }) => ({ path: { invitationId: id }, body: { token } }),
};

/** These people have let in none, and another's is to nobody there; tests/journeys/mcp-for-people.test.ts ends one's own. */
const programOfNobody: Sample = {
  request: async () => ({ path: { programId: newId("prg") } }),
  answers: { member: 404, admin: 404, foreignOwner: 404, account: 404, operator: 404 },
};

/** Good requests of the identity module's routes. */
export const identitySamples: Readonly<Record<string, Sample>> = {
  "identity.createChallenge": { request: newKey },
  "identity.registerAgent": { request: registration },
  "identity.whoami": nothing,
  "identity.rotateSecret": nothing,
  "identity.listAgents": nothing,
  "identity.getAgent": { request: ofNewcomer },
  "identity.listAgentKeys": { request: ofNewcomer },
  "identity.disableAgent": { request: ofNewcomer },
  "identity.enableAgent": { request: ofNewcomer },
  "identity.issueVoucher": nothing,
  "identity.listVouchers": nothing,
  "identity.listVoucherGraph": nothing,
  "identity.createRotationChallenge": { request: newKey },
  "identity.rotateKey": { request: rotation },
  "identity.getAuthorization": { request: waitingClient },
  "identity.approveAuthorization": { request: waitingClient },
  "identity.createRecoveryChallenge": { request: newKey },
  "identity.recover": { request: recovery },
  "identity.rotateAgentSecret": { request: ofNewcomer },
  "identity.revokeVoucher": { request: waitingVoucher },
  "identity.getSignInOptions": nothing,
  "identity.setUp": setup,
  "identity.getAccount": nothing,
  "identity.showInvitation": mailedLink,
  "identity.listPrograms": nothing,
  "identity.endProgram": programOfNobody,
  "identity.listOrganizations": nothing,
  "identity.suspendOrganization": { request: ofIdleOrganization },
  "identity.resumeOrganization": { request: ofIdleOrganization },
};

import type { Id } from "@reef/crypto";
import type { Diary, Entry, Reef } from "@reef/sdk";
import type { ServerDatabase } from "@reef/testing";
import type { PlayedAgent } from "../../support/agents.ts";
import { requestAuthorization, startOAuthProgram } from "../../support/oauth-program.ts";
import {
  type Credentials,
  createApiKey,
  createOrganization,
  findMailId,
  inviteByLink,
  inviteMember,
  signUp,
} from "../../support/people.ts";
import { startTwoOrganizations, type TwoOrganizations, tokenOf } from "../../support/two-organizations.ts";
import { type BillingWorld, makeBillingWorld } from "./billing-world.ts";
import { type Actor, type AgentActor, isPerson, type PersonActor } from "./expectation.ts";
import { type GatewayWorld, makeGatewayWorld } from "./gateway-world.ts";

/** Everybody, agents and people, and a diary that the owner shares with a reader and a writer. */
export interface World {
  url: string;
  members: Record<Exclude<AgentActor, "nobody" | "wrongScope">, PlayedAgent>;
  /** The owner's client. */
  reef: Reef;
  diaryId: Diary["id"];
  entry: Entry;
  /** One more diary that is shared alike, for what a request destroys. */
  makeDiary(): Promise<Diary["id"]>;
  makeEntry(diaryId?: Diary["id"]): Promise<Entry>;
  /** An agent that nothing is shared with yet. */
  makeAgent(): Promise<PlayedAgent>;
  /** The slug of the organization that the foreign owner owns. */
  foreignSlug: string;
  /** An organization of somebody who does nothing else. */
  idleOrganizationId: Id<"org">;
  /** One of the mails that stayed in the reef. */
  mailId: string;
  billing: BillingWorld;
  gateway: GatewayWorld;
  /** What the link in an invitation's mail carries. */
  invitation: { id: string; token: string };
  /** The code of a program that waits for an agent to let it in. */
  requestAuthorization(): Promise<string>;
  /** Headers of a request by the actor, or by `sender` in its place; `scope` is what the route asks for. */
  headersFor(actor: Actor, scope: string, sender?: PlayedAgent): Promise<Record<string, string>>;
  stop(): Promise<unknown>;
}

/** People, each signed in in one of the ways that there are. */
async function makePeople({ process: { url }, operator, founder }: TwoOrganizations): Promise<People> {
  const { organizationId } = founder.agent;
  const join = (role: "member" | "admin") => inviteMember(url, operator, { organizationId, role, name: role });
  const [member, admin] = [await join("member"), await join("admin")];
  const foreignOwner = await signUp(url, operator, "foreign-owner");
  await createOrganization(url, foreignOwner, FOREIGN_SLUG);
  return {
    member: member.byCookie,
    admin: await createApiKey(url, admin, organizationId),
    foreignOwner: foreignOwner.byToken,
    account: (await signUp(url, operator, "account")).byCookie,
    operator: operator.byToken,
  };
}

type People = Record<PersonActor, Credentials>;

const FOREIGN_SLUG = "elsewhere";

/** Any scope but the one that a route asks for. */
const otherScope = (scope: string) => (scope === "agent:vouch" ? "agent:directory" : "agent:vouch");

/** Makes it, in the embedded database or in the Postgres that is named. */
export async function makeWorld(database: ServerDatabase | undefined): Promise<World> {
  const reefs = await startTwoOrganizations({
    ...(database && { DATABASE_URL: database.url, REEF_SECRET: "s".repeat(64) }),
    REEF_RATE_LIMIT_FACTOR: "10000",
    REEF_OAUTH_LOCAL_CLIENTS: "true",
    REEF_SIGN_UP: "open",
    REEF_GATEWAY_PRIVATE_PROVIDERS: "true",
    REEF_STRIPE_FAKE: "true",
    REEF_PLAN_REQUIRED: "false",
  });
  const { url } = reefs.process;
  const program = await startOAuthProgram();
  const members = {
    owner: reefs.founder,
    stranger: reefs.stranger,
    colleague: await reefs.join("colleague"),
    reader: await reefs.join("reader"),
    writer: await reefs.join("writer"),
  };
  const people = await makePeople(reefs);
  const { reef } = members.owner;
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (member: PlayedAgent, scope?: string) => {
    const key = `${member.agent.id} ${scope}`;
    const known = tokens.get(key) ?? tokenOf(url, member, scope);
    tokens.set(key, known);
    return known;
  };

  async function makeDiary(): Promise<Diary["id"]> {
    const { id: diaryId } = await reef.memory.createDiary({ name: "shared" });
    for (const role of ["reader", "writer"] as const) {
      const { fingerprint } = members[role].agent;
      const share = await reef.memory.createShare({ diaryId, fingerprint, role });
      await members[role].reef.memory.acceptInvitation({ shareId: share.id });
    }
    return diaryId;
  }
  const diaryId = await makeDiary();
  const gateway = await makeGatewayWorld(url, reefs.operator.byToken, members.owner.agent.id);
  const idle = await createOrganization(url, await signUp(url, reefs.operator, "landlord"), "idle");
  const owned = reefs.founder.agent.organizationId;
  const billing = await makeBillingWorld(url, reefs.operator.byToken, { owned, idle });
  const makeEntry = (where = diaryId) => reef.memory.createEntry({ diaryId: where, content: "the tide tables" });

  return {
    url,
    members,
    reef,
    diaryId,
    entry: await makeEntry(),
    makeDiary,
    makeEntry,
    makeAgent: () => reefs.join("newcomer"),
    foreignSlug: FOREIGN_SLUG,
    idleOrganizationId: idle,
    mailId: await findMailId(url, reefs.operator),
    billing,
    gateway,
    invitation: await inviteByLink(url, reefs.operator, {
      organizationId: owned,
      role: "member",
      email: "invited@reef.test",
    }),
    requestAuthorization: () => requestAuthorization(program, url),
    async headersFor(actor, scope, sender): Promise<Record<string, string>> {
      if (actor === "nobody") return {};
      if (isPerson(actor)) return people[actor];
      const isWrong = actor === "wrongScope";
      const member = sender ?? (isWrong ? members.owner : members[actor]);
      const token = await tokenFor(member, isWrong ? otherScope(scope) : undefined);
      return { Authorization: `Bearer ${token}` };
    },
    stop: () => Promise.all([reefs.process.stop(), program.stop(), gateway.upstream.stop()]),
  };
}

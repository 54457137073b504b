import { type Agent, type Reef, ReefError } from "@reef/sdk";
import { addressOf, connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { credentialsPath, readCredentials } from "../credentials/credentials-file.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { ensureModels, maySetUpModels } from "../seed/ensure-models.ts";
import { joinAll } from "../seed/join.ts";
import { findMember, forgetMember, listAgents, type Member, profileOf } from "../seed/members.ts";
import { cast, retired } from "../seed/story.ts";
import { tell } from "../seed/tell.ts";
import { columnOf, renderTable } from "../terminal/table.ts";

interface SeedOptions {
  voucher?: string;
  again?: boolean;
}

const [first] = cast;

/**
 * `reef seed demo`: fills an organization with the agents and memories of a small harbour. What is there already is left
 * as it is, so after a failure or Ctrl-C the same command continues.
 */
export async function seedDemo(given: Context, { voucher, again = false }: SeedOptions): Promise<void> {
  const { output, environment } = given;
  // The keys of a demonstration are no secrets that a keyring should be filled with.
  const context = { ...given, environment: { ...environment, allowsKeyring: false } };
  const { url, telling, firstVoucher, mayBeTold, issuer } = await findTelling(context, voucher, again);
  const members = await joinAll(context, {
    url,
    telling,
    firstVoucher,
    async onJoined(member, joined) {
      output.progress(`${joined} of ${cast.length} agents have joined …`);
      if (mayBeTold && joined === 1) await refuseIfTold(context, member);
    },
  });
  const hasModels = issuer !== undefined && (await maySetUpModels(issuer));
  if (hasModels) {
    output.progress("Setting up models …");
    await ensureModels(issuer, members);
  }
  const told = await tell(context, members);
  const agents = cast.map(({ name, fullName, job }) => {
    const { fingerprint, profileName } = members[name];
    return { name: fullName, fingerprint, job, profile: profileName };
  });
  const columns = [
    columnOf("AGENT", (agent: (typeof agents)[number]) => agent),
    { heading: "WORK", text: ({ job }: (typeof agents)[number]) => job, mayCut: true },
    { heading: "PROFILE", text: ({ profile }: (typeof agents)[number]) => profile },
  ];
  output.result({ url, agents, ...told }, renderTable(columns, agents, output));
  output.talk(`${told.diaries} diaries, ${told.entries} entries, ${told.relations} relations, ${told.shares} shares.`);
  if (hasModels) output.talk("Providers, keys and budgets for models; no call of them reaches a provider.");
  output.talk(`Their keys are in ${credentialsPath(environment.configFolder)}. Try:`);
  output.talk(`reef search "why was the citrus held" --shared --profile ${profileOf("maren", telling)}`);
}

interface Telling {
  url: string;
  /** 1, or more where the story is told once more. */
  telling: number;
  firstVoucher: () => Promise<string>;
  /** Who has the vouchers issued, where that is not a code from outside. */
  issuer: Reef | undefined;
  /** Whether the organization is not known yet, and may have been filled from another machine. */
  mayBeTold: boolean;
}

/** Which telling this is: a new one, or one that broke off. @throws CommandError when the organization is filled. */
async function findTelling(context: Context, voucher: string | undefined, again: boolean): Promise<Telling> {
  const issuer = voucher === undefined ? await connect(context) : undefined;
  const file = await readCredentials(context.environment.configFolder);
  const url = issuer?.url ?? addressOf(context, undefined);
  const known = issuer && (await listAgents(issuer));
  const firstVoucher = async () => voucher ?? (await issuer?.identity.issueVoucher())?.code ?? "";
  let telling = 1;
  for (; isUsed(telling, Object.keys(file.profiles)); telling += 1) {
    const member = await findMember(context, first.name, telling, url);
    const agents = member && (known ?? (await listIfKnown(member)));
    const isHere = agents?.some(({ fingerprint }) => fingerprint === member?.fingerprint) === true;
    if (agents === undefined || !isHere || again) continue;
    const last = await findMember(context, retired, telling, url);
    if (agents.some(({ fingerprint, disabled }) => fingerprint === last?.fingerprint && disabled)) throw told(url);
    return { url, telling, firstVoucher, issuer, mayBeTold: false };
  }
  if (!again && known !== undefined && holdsCast(known)) throw told(url);
  return { url, telling, firstVoucher, issuer, mayBeTold: !again && known === undefined };
}

const isUsed = (telling: number, profiles: readonly string[]): boolean =>
  cast.some(({ name }) => profiles.includes(profileOf(name, telling)));

/** The agents around one of ours; undefined where the reef does not know it: another one runs at this address now. */
async function listIfKnown({ reef }: Member): Promise<Agent[] | undefined> {
  try {
    return await listAgents(reef);
  } catch (error) {
    if (error instanceof ReefError && (error.status === 400 || error.status === 401)) return undefined;
    throw error;
  }
}

/** The first one has joined and looks around; if she has been here before, she leaves, and only her name stays. */
async function refuseIfTold(context: Context, { reef, fingerprint, profileName }: Member): Promise<void> {
  const others = (await listAgents(reef)).filter((agent) => agent.fingerprint !== fingerprint);
  if (!holdsCast(others)) return;
  await reef.identity.disableAgent({ fingerprint });
  await forgetMember(context, profileName);
  throw told(reef.url);
}

const holdsCast = (agents: readonly Agent[]): boolean =>
  cast.every(({ fullName }) => agents.some(({ name }) => name === fullName));

const told = (url: string) =>
  new CommandError(
    exitCodes.failed,
    `The organization at ${url} is filled with the demonstration already.`,
    "See it with `reef agent list`, or add all of it once more with --again.",
  );

import { setTimeout as pause } from "node:timers/promises";
import { completeRegistration, prepareRegistration, ReefError, type RegisteredAgent } from "@reef/sdk";
import type { Context } from "../context.ts";
import { abandonPending, findPending, finishPending, keepPending } from "../registration/pending.ts";
import { findMember, LONGEST_PAUSE_SECONDS, type Member, type Members, memberOf, profileOf } from "./members.ts";
import { type AgentName, cast } from "./story.ts";

/** Who joins, where, and in which telling of the story. */
export interface Joining {
  url: string;
  telling: number;
  /** Gives the code with which the first one joins; asked for only where she has not joined yet. */
  firstVoucher: () => Promise<string>;
  /** Is told who joined. */
  onJoined?: ((member: Member, joined: number) => Promise<void> | void) | undefined;
}

/** Lets the agents of the story join, each by a voucher of the one that lets it in; who has joined before stays. */
export async function joinAll(context: Context, { url, telling, firstVoucher, onJoined }: Joining): Promise<Members> {
  const members: Partial<Record<AgentName, Member>> = {};
  const voucherOf = async (issuer: AgentName | undefined): Promise<string> => {
    if (issuer === undefined) return firstVoucher();
    const voucher = await members[issuer]?.reef.identity.issueVoucher();
    if (voucher === undefined) throw new Error(`${issuer} has to join before those that it lets in.`);
    return voucher.code;
  };
  for (const [index, { name, fullName, letInBy }] of cast.entries()) {
    const present = await findMember(context, name, telling, url);
    const member =
      present ??
      (await join(context, { url, name, fullName, profile: profileOf(name, telling) }, () => voucherOf(letInBy)));
    members[name] = member;
    await onJoined?.(member, index + 1);
  }
  return members as Members;
}

interface Newcomer {
  url: string;
  name: AgentName;
  fullName: string;
  profile: string;
}

/** Its key is written down before it is sent, as `reef register` does it: no crash leaves an agent without one. */
async function join(context: Context, newcomer: Newcomer, issueVoucher: () => Promise<string>): Promise<Member> {
  const { url, name, fullName, profile } = newcomer;
  const { signal } = context;
  const finish = async (registered: RegisteredAgent, prepared: Parameters<typeof finishPending>[2]) =>
    memberOf(context, name, profile, await finishPending(context, profile, prepared, registered));

  const begun = await findPending(context, profile);
  if (begun?.url === url) {
    try {
      return await finish(await patiently(context, () => completeRegistration(begun, { signal })), begun);
    } catch (error) {
      // The reef never took it: its proof is too old by now, or its voucher is.
      if (!(error instanceof ReefError) || error.status < 400 || error.status >= 500) throw error;
      await abandonPending(context, profile);
    }
  }
  const voucher = await issueVoucher();
  const prepared = await patiently(context, () => prepareRegistration({ url, name: fullName, voucher, signal }));
  await keepPending(context, profile, prepared, true);
  try {
    return await finish(await patiently(context, () => completeRegistration(prepared, { signal })), prepared);
  } catch (error) {
    if (error instanceof ReefError && error.status >= 400 && error.status < 500) await abandonPending(context, profile);
    throw error;
  }
}

/** An address may register only so many in a minute; who fills a reef for the second time in it waits for the next. */
async function patiently<Result>({ output, signal }: Context, send: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ReefError) || error.status !== 429) throw error;
      const { retryAfterSeconds = LONGEST_PAUSE_SECONDS } = error;
      if (retryAfterSeconds > LONGEST_PAUSE_SECONDS) throw error;
      output.progress(`The reef lets nobody join for ${retryAfterSeconds} seconds; waiting …`);
      await pause(retryAfterSeconds * 1_000, undefined, { signal });
    }
  }
}

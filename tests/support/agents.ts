import { createReef, type Key, keyFromSeed, type Reef, type RegisteredAgent, register } from "@reef/sdk";
import { type ReefProcess, type ReefProcessOptions, startReefProcess } from "./reef-process.ts";

/** An agent of a running reef, as a test plays it: with all that it was given, and its own client. */
export interface PlayedAgent extends RegisteredAgent {
  reef: Reef;
  key: Key;
  fingerprint: string;
  /** Header fields by which a program is the agent that has its client secret and not its key. */
  bySecret: Record<string, string>;
}

/** A new agent, by a voucher's code. */
export async function joinReef(url: string, name: string, voucher: string | undefined): Promise<PlayedAgent> {
  if (voucher === undefined) throw new Error("The reef printed no voucher.");
  const registered = await register({ url, name, voucher });
  const { agent, credentials, privateKey } = registered;
  const { clientId, clientSecret } = credentials;
  return {
    ...registered,
    reef: createReef({ url, credentials: { clientId, privateKey } }),
    key: await keyFromSeed(privateKey),
    fingerprint: agent.fingerprint,
    bySecret: { "X-Client-Id": clientId, "X-Client-Secret": clientSecret },
  };
}

/** A new agent for which somebody else who is in the reef vouches, an agent or a person. */
export async function joinThrough(url: string, voucher: Reef, name: string): Promise<PlayedAgent> {
  return joinReef(url, name, (await voucher.identity.issueVoucher()).code);
}

/** Starts a reef in a process of its own, and joins it. */
export async function startReefWithAgent(
  options: ReefProcessOptions = {},
): Promise<{ process: ReefProcess; reef: Reef }> {
  const process = await startReefProcess(options);
  return { process, reef: (await joinReef(process.url, "ada", process.voucher)).reef };
}

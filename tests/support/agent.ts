import { createReef, type Reef, register } from "@reef/sdk";
import { type ReefProcess, type ReefProcessOptions, startReefProcess } from "./reef-process.ts";

/** A reef in a process of its own, and an agent that has joined it. */
export interface ReefWithAgent {
  process: ReefProcess;
  reef: Reef;
}

/** Starts a reef and joins it. */
export async function startReefWithAgent(options: ReefProcessOptions = {}): Promise<ReefWithAgent> {
  const process = await startReefProcess(options);
  return { process, reef: await joinReef(process, "ada") };
}

/** Registers the first agent of a new reef. */
async function joinReef({ url, voucher }: ReefProcess, name: string): Promise<Reef> {
  if (voucher === undefined) throw new Error("The reef printed no voucher.");
  const { credentials, privateKey } = await register({ url, name, voucher });
  return createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
}

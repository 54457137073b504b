import { completeRotation, generateKey, prepareRotation, type Reef, ReefError } from "@reef/sdk";
import { addressOf, connect, connectAnonymously, findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { loadKey } from "../credentials/keyring.ts";
import type { Profile } from "../credentials/profile.ts";
import { abandonRotation, findRotation, finishRotation, keepRotation } from "../credentials/rotation.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { signature } from "../terminal/mark.ts";

/**
 * `reef key rotate`: the new key is made and kept here before the reef gets it, so whatever breaks off, repeating the
 * command finishes it.
 */
export async function rotateKey(context: Context): Promise<void> {
  const { output } = context;
  const { name, profile } = await profileInUse(context);
  const begun = await findRotation(context, name);
  const isDone = begun !== undefined && (await hasHappened(context, profile, begun.fingerprint));
  const fingerprint = isDone ? begun.fingerprint : await send(context, name, profile, begun);
  const finished = await finishRotation(context, name, fingerprint);
  output.result(
    { fingerprint: finished.fingerprint, formerFingerprint: profile.fingerprint, profile: name },
    signature(finished, output.style),
  );
  output.talk("Every token of the agent ends within five seconds, and so does what it let MCP clients do.");
  output.talk(`Tell those who know it as ${profile.fingerprint}: reef agent keys ${finished.fingerprint}`);
}

async function profileInUse(context: Context): Promise<{ name: string; profile: Profile }> {
  const found = await findProfile(context);
  if (found !== undefined) return found;
  // Says what is missing where there is no profile at all.
  await connect(context);
  throw new CommandError(
    exitCodes.wrongUse,
    "Neither REEF_TOKEN nor a person signs anything, and a rotation needs the agent's key.",
    "Unset REEF_TOKEN, or name an agent's profile with --profile.",
  );
}

/** Whether the reef has taken this key already, in an earlier run that did not get its answer. */
async function hasHappened(context: Context, profile: Profile, fingerprint: string): Promise<boolean> {
  const reef = connectAnonymously(context, addressOf(context, profile));
  try {
    const agent = await reef.identity.getAgent({ fingerprint }, { signal: context.signal });
    return agent.id === profile.clientId && agent.fingerprint === fingerprint;
  } catch (error) {
    if (error instanceof ReefError && error.status === 404) return false;
    throw error;
  }
}

/** Has the reef take the new key, and gives its fingerprint. */
async function send(
  context: Context,
  name: string,
  profile: Profile,
  begun: { privateKey: string } | undefined,
): Promise<string> {
  const { signal } = context;
  const reef: Reef = await connect(context);
  const current = { privateKey: await loadKey(profile.fingerprint, profile) };
  const next = begun ?? (await generateKey());
  const prepared = await prepareRotation(reef, current, next, { signal });
  await keepRotation(context, name, prepared);
  try {
    await completeRotation(reef, prepared, { signal });
  } catch (error) {
    if (signal.aborted) {
      throw new CommandError(exitCodes.interrupted, "Stopped.", "Repeat the same command to finish the rotation.");
    }
    // Another run of this command may have sent the same key, and been faster.
    const isAnswer = error instanceof ReefError && error.status !== 0;
    if (!isAnswer || !(await hasHappened(context, profile, prepared.fingerprint))) {
      if (isRefusal(error)) await abandonRotation(context, name, prepared.fingerprint);
      throw error;
    }
  }
  return prepared.fingerprint;
}

/** Whether the reef heard the request and did not do it. After a lost answer it may have, and then refuse the token. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ReefError && [400, 403, 409].includes(error.status) && error.code.startsWith("identity.");

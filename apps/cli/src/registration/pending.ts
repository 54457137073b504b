import type { PreparedRegistration, RegisteredAgent } from "@reef/sdk";
import type { Context } from "../context.ts";
import { readCredentials, updateCredentials } from "../credentials/credentials-file.ts";
import { forgetKey, loadKey, storeKey } from "../credentials/keyring.ts";
import type { CredentialsFile, PendingRegistration, Profile, StoredKey } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/**
 * Writes a registration down **before** it is sent: from then on, no crash loses the key of an agent that exists.
 * A registration that was written down under this profile before gives way, with its key, only by `force`.
 *
 * @throws CommandError when another command has taken the profile meanwhile.
 */
export async function keepPending(
  { environment }: Context,
  profile: string,
  { privateKey, ...prepared }: PreparedRegistration,
  force: boolean,
): Promise<void> {
  const { fingerprint } = prepared;
  const stored = await storeKey(environment, fingerprint, privateKey);
  let replaced: (StoredKey & { fingerprint: string }) | undefined;
  let taken: CommandError | undefined;
  const changed = await updateCredentials(environment.configFolder, (file) => {
    taken = force ? undefined : findOther(file, profile, fingerprint);
    replaced = taken === undefined ? file.pending?.[profile] : { fingerprint, ...stored };
    return taken === undefined
      ? { ...file, pending: { ...file.pending, [profile]: { ...prepared, ...stored } } }
      : file;
  });
  await forgetReplaced(replaced, changed);
  if (taken !== undefined) throw taken;
}

/** The error for a profile that is another agent's, or about to be; undefined where it is free. */
function findOther(file: CredentialsFile, name: string, fingerprint: string): CommandError | undefined {
  const present = file.profiles[name];
  if (present !== undefined && present.fingerprint !== fingerprint) return takenBy(name, present);
  const pending = file.pending?.[name];
  if (pending === undefined || pending.fingerprint === fingerprint) return undefined;
  return new CommandError(
    exitCodes.failed,
    `Another command registers ${oneLine(pending.request.name)} under the profile ${name}. Nothing was sent.`,
    "Name another profile with --profile NAME, or finish that registration first, with its voucher.",
  );
}

/** The error for a profile that has an agent already. */
export const takenBy = (name: string, present: Profile): CommandError =>
  new CommandError(
    exitCodes.failed,
    `The profile ${name} is already ${oneLine(present.name)} (${present.fingerprint}) at ${present.url}.`,
    "Give the new agent a profile of its own with --profile NAME, or replace this one, and lose its key, with --force.",
  );

/** The registration that was begun under this profile and did not finish, as it was sent. */
export async function findPending(
  { environment }: Context,
  profile: string,
): Promise<PreparedRegistration | undefined> {
  const pending = (await readCredentials(environment.configFolder)).pending?.[profile];
  return pending && { ...pending, privateKey: await loadKey(pending.fingerprint, pending) };
}

/**
 * Makes the registered agent the profile's, and the profile the current one where there was none.
 *
 * @returns the profile as it is written.
 */
export async function finishPending(
  { environment }: Context,
  name: string,
  { url }: PreparedRegistration,
  { agent, privateKey }: RegisteredAgent,
): Promise<Profile> {
  let finished: Profile | undefined;
  let replaced: Profile | undefined;
  const changed = await updateCredentials(environment.configFolder, (file) => {
    const { [name]: pending, ...others } = file.pending ?? {};
    const key: StoredKey = pending !== undefined && "keyring" in pending ? { keyring: true } : { privateKey };
    finished = { url, name: agent.name, clientId: agent.id, fingerprint: agent.fingerprint, ...key };
    replaced = file.profiles[name];
    return {
      ...file,
      current: file.current ?? name,
      profiles: { ...file.profiles, [name]: finished },
      pending: others,
    };
  });
  await forgetReplaced(replaced, changed);
  if (finished === undefined) throw new Error("The credentials file was not written.");
  return finished;
}

/** Forgets a registration that the reef refused, and its key, which it never accepted. */
export async function abandonPending({ environment }: Context, name: string): Promise<void> {
  let abandoned: PendingRegistration | undefined;
  const changed = await updateCredentials(environment.configFolder, (file) => {
    const { [name]: pending, ...others } = file.pending ?? {};
    abandoned = pending;
    return { ...file, pending: others };
  });
  await forgetReplaced(abandoned, changed);
}

/** A key stays as long as any profile has it: an agent that joins a second reef has one key and two profiles. */
async function forgetReplaced(
  replaced: (StoredKey & { fingerprint: string }) | undefined,
  { profiles, pending = {} }: CredentialsFile,
): Promise<void> {
  const isInUse = [...Object.values(profiles), ...Object.values(pending)].some(
    ({ fingerprint }) => fingerprint === replaced?.fingerprint,
  );
  if (replaced !== undefined && !isInUse) await forgetKey(replaced.fingerprint, replaced);
}

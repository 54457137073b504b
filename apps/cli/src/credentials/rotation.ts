import type { PreparedRotation } from "@reef/sdk";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readCredentials, updateCredentials } from "./credentials-file.ts";
import { forgetKey, loadKey, storeKey } from "./keyring.ts";
import type { NamedKey, Profile } from "./profile.ts";

/** The new key of a rotation that was begun under this profile and did not finish. */
export async function findRotation(
  { environment }: Context,
  profile: string,
): Promise<{ fingerprint: string; privateKey: string } | undefined> {
  const begun = (await readCredentials(environment.configFolder)).rotations?.[profile];
  return begun && { fingerprint: begun.fingerprint, privateKey: await loadKey(begun.fingerprint, begun) };
}

/**
 * Writes a new key down **before** the reef gets it: from then on, no crash loses the key of the agent.
 *
 * @throws CommandError when another command has written one down meanwhile, which the reef may have taken by now.
 */
export async function keepRotation(
  { environment }: Context,
  profile: string,
  { fingerprint, privateKey }: Pick<PreparedRotation, "fingerprint" | "privateKey">,
): Promise<void> {
  const stored = await storeKey(environment, fingerprint, privateKey);
  let isKept = false;
  await updateCredentials(environment.configFolder, (file) => {
    isKept = [undefined, fingerprint].includes(file.rotations?.[profile]?.fingerprint);
    return isKept ? { ...file, rotations: { ...file.rotations, [profile]: { fingerprint, ...stored } } } : file;
  });
  if (isKept) return;
  throw new CommandError(
    exitCodes.failed,
    "Another command rotates the key of this profile. Nothing was sent.",
    "Wait for that one. If it broke off, `reef key rotate` finishes it.",
  );
}

/** Makes the new key the profile's, unless another command has done so. The old one stays beside it, for what was sealed for it. */
export async function finishRotation({ environment }: Context, name: string, fingerprint: string): Promise<Profile> {
  let finished: Profile | undefined;
  await updateCredentials(environment.configFolder, (file) => {
    const { [name]: key, ...rotations } = file.rotations ?? {};
    const profile = file.profiles[name];
    finished = profile?.fingerprint === fingerprint ? profile : undefined;
    if (profile === undefined || finished !== undefined || key?.fingerprint !== fingerprint) return file;
    finished = profileWithKey(profile, key);
    return { ...file, profiles: { ...file.profiles, [name]: finished }, rotations };
  });
  if (finished !== undefined) return finished;
  throw new CommandError(exitCodes.failed, "Another command changed this profile.", "Repeat `reef key rotate`.");
}

/** Forgets a new key that the reef refused. */
export async function abandonRotation({ environment }: Context, name: string, fingerprint: string): Promise<void> {
  let abandoned: NamedKey | undefined;
  await updateCredentials(environment.configFolder, (file) => {
    const { [name]: key, ...rotations } = file.rotations ?? {};
    abandoned = key?.fingerprint === fingerprint ? key : undefined;
    return abandoned === undefined ? file : { ...file, rotations };
  });
  if (abandoned !== undefined) await forgetKey(abandoned.fingerprint, abandoned);
}

function profileWithKey(profile: Profile, key: NamedKey): Profile {
  const { url, name, clientId, defaultDiaryId, formerKeys = [] } = profile;
  const old: NamedKey =
    "privateKey" in profile
      ? { fingerprint: profile.fingerprint, privateKey: profile.privateKey }
      : { fingerprint: profile.fingerprint, keyring: true };
  return {
    url,
    name,
    clientId,
    ...key,
    ...(defaultDiaryId !== undefined && { defaultDiaryId }),
    formerKeys: [old, ...formerKeys],
  };
}

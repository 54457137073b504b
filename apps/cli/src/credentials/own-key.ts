import { notSignedIn, profileName } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { readCredentials } from "./credentials-file.ts";
import { loadKey } from "./keyring.ts";
import type { Profile } from "./profile.ts";

/** The agent of a profile, with its key. */
export interface OwnKey {
  profile: Profile;
  /** The 32-byte seed in standard base64. */
  privateKey: string;
}

/**
 * The key of the profile in use. A token from outside has no key, so `REEF_TOKEN` plays no part here.
 *
 * @throws CommandError when there is no such profile, or the keyring does not give its key.
 */
export async function loadOwnKey(context: Context): Promise<OwnKey> {
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  const profile = file.profiles[name];
  if (profile === undefined) throw notSignedIn(name, file);
  return { profile, privateKey: await loadKey(profile.fingerprint, profile) };
}

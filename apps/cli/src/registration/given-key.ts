import { toBase64 } from "@reef/proofs";
import { openArchivedKey, WrongPassphraseError } from "@reef/proofs/archive";
import { checkArchiveFile } from "../archives/archive-file.ts";
import { readPassphrase } from "../archives/passphrase.ts";
import { notSignedIn } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { readCredentials } from "../credentials/credentials-file.ts";
import { loadKey } from "../credentials/keyring.ts";
import { CommandError, exitCodes } from "../failures.ts";

/** Where the key of an agent comes from that joins another reef as the same agent. */
export interface GivenKey {
  keyOf?: string;
  archive?: string;
  passphraseFile?: string;
}

/** The seed that an agent joins with, in base64; undefined where a new one is to be made. */
export async function findGivenKey(context: Context, { keyOf, archive, passphraseFile }: GivenKey) {
  if (keyOf !== undefined && archive !== undefined) {
    throw new CommandError(exitCodes.wrongUse, "There are two keys to join with.", "Give --key-of or --archive.");
  }
  if (keyOf !== undefined) return keyOfProfile(context, keyOf);
  return archive === undefined ? undefined : keyInArchive(context, archive, passphraseFile);
}

async function keyOfProfile({ environment }: Context, name: string): Promise<string> {
  const file = await readCredentials(environment.configFolder);
  const profile = file.profiles[name];
  if (profile === undefined) throw notSignedIn(name, file);
  return loadKey(profile.fingerprint, profile);
}

async function keyInArchive({ signal }: Context, path: string, passphraseFile: string | undefined): Promise<string> {
  const { header, key } = await checkArchiveFile(path);
  if (key === undefined) {
    throw new CommandError(
      exitCodes.failed,
      `${path} holds no key.`,
      "Where the agent's profile is on this machine, give --key-of PROFILE; else export again with --with-key.",
    );
  }
  try {
    const passphrase = await readPassphrase(passphraseFile, { isNew: false, signal });
    return toBase64(await openArchivedKey(key, header.agent.publicKey, passphrase));
  } catch (error) {
    if (!(error instanceof WrongPassphraseError)) throw error;
    throw new CommandError(
      exitCodes.failed,
      error.message,
      "Repeat the command with the one that it was exported with.",
    );
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { localError } from "../errors.ts";

/** One agent of this machine at one reef, as `reef register` keeps it. The seed is here or in the system's keyring. */
export interface Profile {
  url: string;
  clientId: string;
  fingerprint: string;
  privateKey?: string | undefined;
  keyring?: boolean | undefined;
}

/** A person of this machine at one reef, as `reef login` keeps it. */
export interface PersonProfile {
  url: string;
  personId: string;
  /** The session. */
  token: string;
  /** The slug of the organization to act in, where one was chosen. */
  organization?: string | undefined;
}

interface CredentialsFile {
  current?: string | undefined;
  profiles: Record<string, Profile>;
  /** Profiles of people, under other names than those of agents. */
  people?: Record<string, PersonProfile> | undefined;
}

/**
 * The profile that is named, else the current one; undefined where there is none.
 *
 * @throws ReefError `sdk.unreadable_credentials` when the file is there but cannot be read.
 */
export async function readProfile(
  folder: string,
  name: string | undefined,
): Promise<Profile | PersonProfile | undefined> {
  const path = join(folder, "reef.json");
  const { profiles, people = {}, current = "default" } = await readCredentialsFile(path);
  return profiles[name ?? current] ?? people[name ?? current];
}

async function readCredentialsFile(path: string): Promise<CredentialsFile> {
  try {
    const { current, profiles = {}, people } = JSON.parse(await readFile(path, "utf8")) as Partial<CredentialsFile>;
    return { current, profiles, people };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { profiles: {} };
    const reason = error instanceof Error ? error.message : String(error);
    throw localError(
      "unreadable_credentials",
      "The credentials file cannot be read",
      `${path}: ${reason}. Mend it, or move it away and register again.`,
    );
  }
}

/** A keyring that asks its user for a password does not answer by itself; nobody waits for it longer than this. */
const KEYRING_LIMIT_MS = 1_000;

/** The seed of a profile. @throws ReefError `sdk.locked_keyring` when the keyring does not give it. */
export async function seedOf({ fingerprint, privateKey }: Profile): Promise<string> {
  if (privateKey !== undefined) return privateKey;
  const seed = await Promise.race([
    askKeyring(fingerprint).catch(() => null),
    new Promise<null>((resolve) => setTimeout(resolve, KEYRING_LIMIT_MS, null).unref()),
  ]);
  if (seed !== null) return seed;
  throw localError(
    "locked_keyring",
    "The key is not to be had",
    `The system's keyring does not give the key of ${fingerprint}. Unlock it; @napi-rs/keyring must be installed.`,
  );
}

/** The library is optional: only a profile whose key is in the keyring needs it. */
async function askKeyring(fingerprint: string): Promise<string | null> {
  const { AsyncEntry } = await import("@napi-rs/keyring");
  return (await new AsyncEntry("reef", fingerprint, { linux: { store: "secret-service" } }).getPassword()) ?? null;
}

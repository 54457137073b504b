import type { PreparedRegistration } from "@reef/sdk";
import { CommandError, exitCodes } from "../failures.ts";

/** Where an agent's seed is: in the credentials file, or in the system's keyring under the agent's fingerprint. */
export type StoredKey = { privateKey: string } | { keyring: true };

/** One agent of this machine, at one reef. */
export type Profile = StoredKey & {
  url: string;
  name: string;
  /** The agent's id, which is its OAuth client id. */
  clientId: string;
  fingerprint: string;
  /** The diary that `remember` writes to where none is named. */
  defaultDiaryId?: `dia_${string}`;
  /** Keys that the agent had before, the last one first: what was sealed for them is opened with them alone. */
  formerKeys?: NamedKey[];
};

/** One person of this machine, signed in at one reef. */
export interface PersonProfile {
  url: string;
  name: string;
  email: string;
  personId: `usr_${string}`;
  /** The session, which opens the account until it is ended. */
  token: string;
  /** The slug of the organization to act in, where one was chosen. */
  organization?: string;
}

/** A key with the fingerprint by which it is known. */
export type NamedKey = StoredKey & { fingerprint: string };

/** A registration that was begun: with it, the same command finishes after a crash, with the same key and answer. */
export type PendingRegistration = StoredKey & Omit<PreparedRegistration, "privateKey">;

/** The credentials file, `reef.json`. */
export interface CredentialsFile {
  version: 1;
  /** The profile that is used where none is named. */
  current?: string;
  profiles: Record<string, Profile>;
  /** Profiles of people, under other names than those of agents. */
  people?: Record<string, PersonProfile>;
  pending?: Record<string, PendingRegistration>;
  /** New keys by profile, written down before the reef is asked to take them. */
  rotations?: Record<string, NamedKey>;
}

/** The name of the profile where none is named and none is current. */
export const DEFAULT_PROFILE = "default";

/** Reads the text of a credentials file. @throws CommandError when it is none. */
export function parseCredentials(text: string, path: string): CredentialsFile {
  const file = parseJson(text);
  if (!isObject(file) || file.version !== 1 || !isObject(file.profiles)) {
    throw new CommandError(
      exitCodes.failed,
      `${path} is not a credentials file of this version of reef.`,
      "Restore it from a backup, or move it away and register again.",
    );
  }
  return file as unknown as CredentialsFile;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

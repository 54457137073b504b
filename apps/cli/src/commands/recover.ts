import { readFile } from "node:fs/promises";
import { keyFromSeed, ReefError, recover } from "@reef/sdk";
import { addressOf, profileName } from "../connection/connect.ts";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import { credentialsPath, readCredentials, updateCredentials } from "../credentials/credentials-file.ts";
import { loadKey, storeKey } from "../credentials/keyring.ts";
import { refusePerson } from "../credentials/person.ts";
import type { Profile } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { findGivenKey, type GivenKey } from "../registration/given-key.ts";
import { signature } from "../terminal/mark.ts";
import { oneLine } from "../terminal/text.ts";

interface RecoverOptions extends GivenKey {
  keyFile?: string;
  force?: boolean;
}

/**
 * `reef recover`: who has the agent's key gets its profile back. The reef gives a new client secret as well, which is not
 * kept: the key is how this program signs in.
 */
export async function recoverProfile(context: Context, options: RecoverOptions): Promise<void> {
  const { environment, output, signal } = context;
  const file = await readCredentials(environment.configFolder);
  const name = profileName(context, file);
  refusePerson(file, name);
  const present = file.profiles[name];
  const privateKey = await findSeed(context, options, present);
  const { fingerprint } = await keyOf(privateKey);
  if (present !== undefined && present.fingerprint !== fingerprint && options.force !== true)
    throw taken(name, present);
  const url = addressOf(context, present);
  const { agent } = await recover({ url, privateKey, fetch: watchfulFetch(context), signal });
  const key = await storeKey(environment, fingerprint, privateKey);
  await updateCredentials(environment.configFolder, (current) => {
    // As it is now: another command may have changed it since the reef was asked.
    const replaced = current.profiles[name];
    const isOther = replaced !== undefined && replaced.fingerprint !== fingerprint;
    if (isOther && replaced.fingerprint !== present?.fingerprint) throw taken(name, replaced);
    const kept = isOther ? {} : replaced;
    const profile: Profile = { ...kept, url, name: agent.name, clientId: agent.id, fingerprint, ...key };
    return { ...current, current: current.current ?? name, profiles: { ...current.profiles, [name]: profile } };
  });
  output.result({ agent, profile: name, url }, signature(agent, output.style));
  const place = "keyring" in key ? "the system's keyring" : credentialsPath(environment.configFolder);
  output.talk(
    `Its key is in ${place}. Its old client secret has ended: install reef anew in MCP clients that have it.`,
  );
}

/** The seed: of a file, of another profile or an archive, or the profile's own. */
async function findSeed(context: Context, options: RecoverOptions, present: Profile | undefined): Promise<string> {
  if (options.keyFile !== undefined) return readSeed(options.keyFile);
  const given = await findGivenKey(context, options);
  if (given !== undefined) return given;
  if (present !== undefined) return loadKey(present.fingerprint, present);
  throw new CommandError(
    exitCodes.wrongUse,
    "There is no key to recover with.",
    "Give the file that holds the agent's seed with --key-file, or an archive with --archive.",
  );
}

async function readSeed(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "it failed";
    throw new CommandError(exitCodes.failed, `${oneLine(path)} cannot be read (${reason}).`, "Check the path.");
  }
}

async function keyOf(privateKey: string): Promise<{ fingerprint: string }> {
  try {
    return await keyFromSeed(privateKey);
  } catch (error) {
    if (error instanceof ReefError || !(error instanceof TypeError)) throw error;
    throw new CommandError(exitCodes.failed, "That is no key.", "A seed is one line: the base64 of 32 bytes.");
  }
}

const taken = (name: string, present: Profile) =>
  new CommandError(
    exitCodes.failed,
    `The profile ${name} is ${oneLine(present.name)} (${present.fingerprint}) at ${present.url}.`,
    "Name another profile with --profile, or replace this one, and lose its key, with --force.",
  );

import { type ClientOptions, createReef, Reef } from "@reef/sdk";
import type { Context } from "../context.ts";
import { readCredentials } from "../credentials/credentials-file.ts";
import { type CredentialsFile, DEFAULT_PROFILE, type PersonProfile, type Profile } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { watchfulFetch } from "./watchful-fetch.ts";

const DEFAULT_URL = "http://localhost:4200";

/** The profile in use: the one that `--profile` names, else the current one. */
export const profileName = ({ options }: Context, file: CredentialsFile): string =>
  options.profile ?? file.current ?? DEFAULT_PROFILE;

/**
 * The address in use: `--url`, then `REEF_URL`, then the profile's; the address of a profile that is named goes before
 * `REEF_URL`.
 *
 * @throws CommandError when it is no address.
 */
export function addressOf({ options, environment }: Context, profile: Pick<Profile, "url"> | undefined): string {
  const named = options.profile === undefined ? undefined : profile?.url;
  const url = options.url ?? named ?? environment.url ?? profile?.url ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandError(exitCodes.wrongUse, `${url} is not an address.`, `Give one such as ${DEFAULT_URL}.`);
  }
  return url.replace(/\/+$/, "");
}

/** A client of the reef for what needs no credentials. */
export const connectAnonymously = (context: Context, url: string): Reef =>
  createReef({ url, fetch: watchfulFetch(context), signal: context.signal });

/** The address in use, for what needs no credentials: that of the profile, be it an agent's or a person's. */
export async function findAddress(context: Context): Promise<string> {
  if (usesToken(context)) return addressOf(context, undefined);
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  return addressOf(context, file.profiles[name] ?? file.people?.[name]);
}

/**
 * A client with this user's credentials, found as the SDK finds them for every program: `REEF_TOKEN`, or the profile.
 *
 * @throws CommandError or ReefError (not signed in) when there are none.
 */
export async function connect(
  context: Context,
  options: Pick<ClientOptions, "longestPauseSeconds" | "organization"> = {},
): Promise<Reef> {
  const { environment, signal } = context;
  const { profile: named, organization } = context.options;
  const file = await readCredentials(environment.configFolder);
  const name = profileName(context, file);
  const profile = file.profiles[name] ?? file.people?.[name];
  if (profile === undefined && !usesToken(context)) throw notSignedIn(name, file);
  const url = addressOf(context, profile);
  return Reef.connect({ organization, ...options, url, profile: named, fetch: watchfulFetch(context), signal });
}

/** Whether a person acts, and not an agent: by the profile, or by a token from outside that is none of an agent's. */
export async function actsAsPerson(context: Context): Promise<boolean> {
  // An agent's token is a JWT, in three parts; a session's has two, an API key one.
  if (usesToken(context)) return context.environment.token?.split(".").length !== 3;
  return (await findPerson(context)) !== undefined;
}

/** The person's profile in use; undefined where an agent's is, or a token from outside. */
export async function findPerson(context: Context): Promise<{ name: string; person: PersonProfile } | undefined> {
  if (usesToken(context)) return undefined;
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  const person = file.people?.[name];
  return person && { name, person };
}

/** Whether a token from outside takes the place of the profile; a profile that is named goes before it. */
export const usesToken = ({ environment, options }: Context): boolean =>
  environment.token !== undefined && options.profile === undefined;

/** The agent's profile in use; undefined for a person's, and for a token from outside, which belongs to no profile. */
export async function findProfile(context: Context): Promise<{ name: string; profile: Profile } | undefined> {
  if (usesToken(context)) return undefined;
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  const profile = file.profiles[name];
  return profile && { name, profile };
}

/** The error for a profile that is not there. */
export function notSignedIn(name: string, file: CredentialsFile): CommandError {
  const others = Object.keys(file.profiles);
  if (file.people?.[name] !== undefined) {
    const agents =
      others.length === 0 ? "Join as one with `reef register --profile NAME`." : `There are: ${others.join(", ")}.`;
    const what = `The profile ${name} is a person's, and this needs an agent with its key.`;
    return new CommandError(exitCodes.failed, what, `Name an agent's profile with --profile. ${agents}`);
  }
  const join =
    "Join a reef with `reef register --voucher CODE --name NAME`, sign in as a person with `reef login`, or set REEF_TOKEN.";
  const all = [...others, ...Object.keys(file.people ?? {})];
  return all.length === 0
    ? new CommandError(exitCodes.notSignedIn, "Nobody is signed in on this machine.", join)
    : new CommandError(exitCodes.notSignedIn, `There is no profile ${name}; there are: ${all.join(", ")}.`, join);
}

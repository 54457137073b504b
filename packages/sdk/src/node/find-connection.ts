import type { ConnectOptions } from "../client-options.ts";
import { localError } from "../errors.ts";
import type { ReefCredentials } from "../tokens.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { type PersonProfile, readProfile, seedOf } from "./profiles.ts";

const DEFAULT_URL = "http://localhost:4200";

type Found = { url: string; credentials: ReefCredentials } & Pick<ConnectOptions, "organization">;

/**
 * Finds what the options leave open: in the environment, then in the credentials file. A profile that is named goes
 * before the environment. The file is read only if something is still open.
 *
 * @throws ReefError `sdk.no_credentials`, `sdk.unreadable_credentials`, `sdk.locked_keyring`, `sdk.other_reef`
 */
export async function findConnection(
  options: Pick<ConnectOptions, "url" | "credentials" | "profile" | "organization">,
  environment: Environment = readEnvironment(),
): Promise<Found> {
  const named = options.profile !== undefined;
  const token = named || environment.token === undefined ? undefined : { token: environment.token };
  const url = options.url ?? (named ? undefined : environment.url);
  const credentials = options.credentials ?? token;
  if (url !== undefined && credentials !== undefined) return { url, credentials };

  const profile = await readProfile(environment.configFolder, options.profile);
  if (credentials !== undefined) return { url: url ?? profile?.url ?? DEFAULT_URL, credentials };
  if (profile === undefined) {
    throw localError(
      "no_credentials",
      "Not signed in",
      named
        ? `There is no profile ${options.profile} in ${environment.configFolder}. Register with reef register --profile ${options.profile}.`
        : "Register an agent with `reef register --voucher CODE --name NAME`, sign in with `reef login`, set REEF_TOKEN, or pass credentials.",
    );
  }
  if ("token" in profile) {
    requireSameReef(profile, url);
    const { organization = profile.organization } = options;
    return { url: url ?? profile.url, credentials: { token: profile.token }, organization };
  }
  const { clientId } = profile;
  return { url: url ?? profile.url, credentials: { clientId, privateKey: await seedOf(profile) } };
}

/** Whoever gets a session can use it, unlike an agent's proof, so it goes to the reef that gave it and nowhere else. */
function requireSameReef(profile: PersonProfile, url: string | undefined): void {
  if (url === undefined || new URL(url).origin === new URL(profile.url).origin) return;
  throw localError(
    "other_reef",
    "The session is another reef's",
    `This profile is signed in at ${profile.url}. Leave the address out, or sign in there with \`reef login --url ${url}\`.`,
  );
}

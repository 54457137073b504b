import type { ReefCredentials } from "@reef/sdk";
import { actsAsPerson, addressOf, notSignedIn, profileName, usesToken } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { readCredentials } from "../credentials/credentials-file.ts";
import { loadKey } from "../credentials/keyring.ts";
import type { CredentialsFile, PersonProfile, Profile } from "../credentials/profile.ts";
import {
  type Check,
  checkAddress,
  checkCredentialsFile,
  checkSession,
  checkToken,
  good,
  wrong,
} from "../doctor/checks.ts";
import { describeFailure, type ExitCode, exitCodes } from "../failures.ts";
import { pad } from "../terminal/text.ts";

/** `reef doctor`: all checks run; the exit code is that of the first one that failed. */
export async function doctor(context: Context): Promise<ExitCode> {
  const { output } = context;
  const checks = await runChecks(context);
  // A person who stopped it wants no diagnosis of being stopped.
  context.signal.throwIfAborted();
  output.result({ checks }, checks.map((check) => renderCheck(context, check)).join("\n"));
  return checks.find((check) => !check.isGood)?.exitCode ?? exitCodes.done;
}

async function runChecks(context: Context): Promise<Check[]> {
  const file = await readCredentials(context.environment.configFolder).catch((error: unknown) =>
    describeFailure(error),
  );
  if ("what" in file) return [wrong("file", file.what, file.mend)];
  const name = profileName(context, file);
  const profile = file.profiles[name];
  const person = file.people?.[name];
  const url = addressOf(context, profile ?? person);
  const address = await checkAddress(context, url);
  return [
    ...address,
    ...(await checkCredentials(context, { file, name, profile, person, url, canReach: address.length > 1 })),
  ];
}

/** What there is to sign in with. */
interface SignIn {
  file: CredentialsFile;
  name: string;
  profile: Profile | undefined;
  person: PersonProfile | undefined;
  url: string;
  canReach: boolean;
}

async function checkCredentials(context: Context, signIn: SignIn): Promise<Check[]> {
  const { file, name, profile, person, url, canReach } = signIn;
  const { environment } = context;
  const withToken = (credentials: ReefCredentials) => (canReach ? [checkToken(context, url, credentials)] : []);
  if (environment.token !== undefined && usesToken(context)) {
    const { token } = environment;
    const checks = (await actsAsPerson(context)) ? [checkSession(context, { url, token })] : withToken({ token });
    return [good("key", "REEF_TOKEN is in use"), ...(canReach ? await Promise.all(checks) : [])];
  }
  const checks = [await checkCredentialsFile(context)];
  if (person !== undefined) {
    checks.push(good("session", `profile ${name}, ${person.email}, in the credentials file`));
    return canReach ? [...checks, await checkSession(context, person)] : checks;
  }
  if (profile === undefined) {
    const { message, mend, exitCode } = notSignedIn(name, file);
    // Without a file there is nothing more to say than that.
    return checks.some((check) => !check.isGood) ? checks : [...checks, wrong("key", message, mend, exitCode)];
  }
  try {
    const privateKey = await loadKey(profile.fingerprint, profile);
    const place = "keyring" in profile ? "the system's keyring" : "the credentials file";
    checks.push(good("key", `profile ${name}, ${profile.fingerprint}, in ${place}`));
    checks.push(...(await Promise.all(withToken({ clientId: profile.clientId, privateKey }))));
  } catch (error) {
    const { what, mend, exitCode } = describeFailure(error);
    checks.push(wrong("key", what, mend, exitCode));
  }
  return checks;
}

function renderCheck({ output: { style } }: Context, { name, isGood, found, mend }: Check): string {
  const line = `${isGood ? style.good("ok   ") : style.bad("wrong")}  ${pad(name, 9)}  ${found}`;
  return isGood ? line : `${line}\n${" ".repeat(18)}→ ${mend}`;
}

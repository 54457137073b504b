import { ReefError } from "@reef/sdk";
import { createAccounts } from "@reef/sdk/accounts";
import { findPerson, profileName } from "../connection/connect.ts";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import { readCredentials } from "../credentials/credentials-file.ts";
import { forgetPerson } from "../credentials/person.ts";
import type { PersonProfile } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/** `reef logout`: ends the session at the reef, then forgets it here. */
export async function logout(context: Context, options: { force?: boolean }): Promise<void> {
  const { output } = context;
  const { name, person } = (await findPerson(context)) ?? (await onlyPerson(context));
  const isEnded = await endSession(context, person, options.force === true);
  await forgetPerson(context, name, person);
  output.result({ profile: name, url: person.url, ended: isEnded }, "");
  output.talk(`${oneLine(person.name)} is signed out of ${person.url}.`);
  if (!isEnded) output.talk("The reef was not reached, so the session ends there by itself, within a week.");
}

/** The one person of this machine, where an agent's profile is the current one. */
async function onlyPerson(context: Context): Promise<{ name: string; person: PersonProfile }> {
  const file = await readCredentials(context.environment.configFolder);
  const [only, ...others] = Object.entries(file.people ?? {});
  const isNamed = context.options.profile !== undefined;
  if (only !== undefined && others.length === 0 && !isNamed) return { name: only[0], person: only[1] };
  if (others.length > 0 && !isNamed) {
    const names = Object.keys(file.people ?? {}).join(", ");
    throw new CommandError(
      exitCodes.wrongUse,
      "Several people are signed in here.",
      `Name one with --profile: ${names}.`,
    );
  }
  const what = isNamed ? `The profile ${profileName(context, file)} is no person's.` : "No person is signed in here.";
  throw new CommandError(
    exitCodes.notSignedIn,
    what,
    "There is nothing to end; `reef config list` shows the profiles.",
  );
}

/** Whether the reef knows that it has ended. A session that had ended already is as good. */
async function endSession(context: Context, { url, token }: PersonProfile, mayFail: boolean): Promise<boolean> {
  try {
    await createAccounts({ url, token, fetch: watchfulFetch(context) }).signOut();
    return true;
  } catch (error) {
    if (error instanceof ReefError && error.status === 401) return true;
    if (mayFail) return false;
    if (!(error instanceof ReefError) || error.code !== "network") throw error;
    throw new CommandError(
      exitCodes.unreachable,
      `Nothing answers at ${url}, so the session cannot be ended there.`,
      "Try again later, or forget it here alone with --force.",
    );
  }
}

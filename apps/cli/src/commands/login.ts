import { setTimeout as pause } from "node:timers/promises";
import { type Account, createReef, ReefError } from "@reef/sdk";
import { type AccountsClient, createAccounts, type DeviceLogin } from "@reef/sdk/accounts";
import { abortableFetch } from "../connection/abortable-fetch.ts";
import { addressOf } from "../connection/connect.ts";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import { credentialsPath } from "../credentials/credentials-file.ts";
import { findFreePerson, keepPerson } from "../credentials/person.ts";
import type { PersonProfile } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { openPage } from "../terminal/open-page.ts";
import { oneLine } from "../terminal/text.ts";

/** By which name the reef knows this program. */
const CLIENT_ID = "reef-cli";
/** By so much a program waits longer that was told to slow down (RFC 8628, section 3.5). */
const SLOWER_SECONDS = 5;

/**
 * `reef login`: signs a person in by a code that he or she confirms in a browser, on this machine or another one (RFC
 * 8628). Nothing is kept before that, so a run that is stopped leaves nothing behind.
 */
export async function login(context: Context, options: { browser?: boolean }): Promise<void> {
  const { environment, output } = context;
  const { name, present } = await findFreePerson(context);
  const url = addressOf(context, present);
  const accounts = createAccounts({ url, fetch: abortableFetch(context) });
  const begun = await accounts.beginDeviceLogin(CLIENT_ID);
  tell(context, begun, options.browser !== false);
  const token = await waitForConsent(context, accounts, begun);
  const fetch = watchfulFetch(context);
  const account = await createReef({ url, credentials: { token }, fetch }).identity.getAccount();
  const person = profileOf(url, token, account, present);
  const file = await keepPerson(context, name, person);
  if (present !== undefined) await endFormer(present);
  const { organization } = person;
  const result = { person: account.person, profile: name, url, organization: organization ?? null };
  const text = `${oneLine(person.name)} <${oneLine(person.email)}> is signed in at ${url}`;
  if (output.isJson) output.item(result, "");
  else output.result(result, text);
  output.talk(`The session is in ${credentialsPath(environment.configFolder)}; \`reef logout\` ends it.`);
  if (file.current !== name) {
    output.talk(`Give --profile ${name} to act as yourself, or make it the rule: reef config use ${name}`);
  }
  if (organization === undefined && account.memberships.length > 1) {
    output.talk("You are in several organizations. Choose one: reef organizations use SLUG");
  }
}

/** Says where to go with which code; a program gets it as a line of JSON before the result's. */
function tell({ output }: Context, begun: DeviceLogin, mayOpen: boolean): void {
  const { verification_uri, verification_uri_complete: address, user_code: code, expires_in } = begun;
  const expiresAt = new Date(Date.now() + expires_in * 1_000).toISOString();
  if (output.isJson) output.item({ waitingFor: { address, code, expiresAt } }, "");
  output.talk(`Open ${oneLine(address)}`);
  output.talk(`or enter the code ${oneLine(code)} at ${oneLine(verification_uri)}`);
  output.talk("Sign in there, and confirm only if the page shows this code.");
  if (mayOpen && output.isTerminal) openPage(address);
}

/** Asks as often as the reef allows until the person has decided. @throws CommandError when it is no, or too late. */
async function waitForConsent(
  { output, signal }: Context,
  accounts: AccountsClient,
  begun: DeviceLogin,
): Promise<string> {
  const { device_code: deviceCode, expires_in } = begun;
  const deadline = Date.now() + expires_in * 1_000;
  let seconds = begun.interval;
  while (Date.now() < deadline) {
    output.progress("Waiting for you to confirm it in the browser …");
    await pause(seconds * 1_000, undefined, { signal });
    try {
      return (await accounts.finishDeviceLogin({ clientId: CLIENT_ID, deviceCode })).access_token;
    } catch (error) {
      signal.throwIfAborted();
      const next = pauseAfter(error, seconds);
      if (next === undefined) throw refusalOf(error);
      seconds = next;
    }
  }
  throw tooLate();
}

/** How long to wait before asking again; undefined where the answer is final. */
function pauseAfter(error: unknown, seconds: number): number | undefined {
  if (!(error instanceof ReefError)) return undefined;
  if (error.code === "authorization_pending" || error.code === "network" || error.status >= 500) return seconds;
  if (error.code === "slow_down") return seconds + SLOWER_SECONDS;
  return error.status === 429 ? Math.max(seconds, error.retryAfterSeconds ?? SLOWER_SECONDS) : undefined;
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof ReefError)) return error;
  if (error.code === "access_denied") {
    return new CommandError(
      exitCodes.failed,
      "The login was refused in the browser.",
      "Begin again if that was a mistake.",
    );
  }
  return error.code === "expired_token" || error.code === "invalid_grant" ? tooLate() : error;
}

const tooLate = () =>
  new CommandError(exitCodes.failed, "The code has expired unused.", "Begin again with `reef login`.");

/** The organization that was chosen before stays, if the person is still in it. */
function profileOf(url: string, token: string, account: Account, present: PersonProfile | undefined): PersonProfile {
  const { id: personId, name, email } = account.person;
  const chosen = present?.url === url && present.personId === personId ? present.organization : undefined;
  const stays = account.memberships.some(({ slug }) => slug === chosen);
  return { url, name, email, personId, token, ...(stays && chosen !== undefined && { organization: chosen }) };
}

/** The session that gives way ends at its reef as well; if that cannot be reached, it ends there by itself. */
async function endFormer({ url, token }: PersonProfile): Promise<void> {
  await createAccounts({ url, token })
    .signOut()
    .catch(() => undefined);
}

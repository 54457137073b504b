import { stat } from "node:fs/promises";
import { createReef, type Health, type ReefCredentials } from "@reef/sdk";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import { credentialsPath } from "../credentials/credentials-file.ts";
import { describeFailure, type ExitCode, exitCodes } from "../failures.ts";
import { version } from "../version.ts";

/** One line of `reef doctor`. */
export interface Check {
  name: string;
  isGood: boolean;
  found: string;
  /** How to mend it; empty where nothing is wrong. */
  mend: string;
  exitCode: ExitCode;
}

/** A check that went well. */
export const good = (name: string, found: string): Check => ({
  name,
  isGood: true,
  found,
  mend: "",
  exitCode: exitCodes.done,
});

/** A check that did not. */
export const wrong = (name: string, found: string, mend: string, exitCode: ExitCode = exitCodes.failed): Check => ({
  name,
  isGood: false,
  found,
  mend,
  exitCode,
});

/** A key's proof of who it is lives for a minute, so a clock that is wrong by half of that is in danger. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Whether a reef answers at the address, how its clock differs from this one, and its version. */
export async function checkAddress(context: Context, url: string): Promise<Check[]> {
  const send = watchfulFetch(context);
  let reefTimeMs = Number.NaN;
  let localTimeMs = 0;
  const timed: typeof fetch = async (input, init) => {
    const sentAtMs = Date.now();
    const response = await send(input, init);
    localTimeMs = (sentAtMs + Date.now()) / 2;
    reefTimeMs = Date.parse(response.headers.get("date") ?? "");
    return response;
  };
  try {
    const health = await createReef({ url, fetch: timed, signal: context.signal }).system.health();
    return [
      good("address", `a reef answers at ${url}`),
      checkClock((localTimeMs - reefTimeMs) / 1000),
      checkVersion(health),
    ];
  } catch (error) {
    const { what, mend } = describeFailure(error);
    return [
      wrong("address", what, `${mend} Start it with \`npm start\`, or set --url or REEF_URL.`, exitCodes.unreachable),
    ];
  }
}

function checkClock(aheadSeconds: number): Check {
  if (Number.isNaN(aheadSeconds)) return good("clock", "the reef does not tell its time");
  if (Math.abs(aheadSeconds) <= 1) return good("clock", "the same as the reef's, to the second");
  const amount = `${Math.abs(aheadSeconds).toFixed(0)} s ${aheadSeconds > 0 ? "ahead of" : "behind"} the reef's`;
  if (Math.abs(aheadSeconds) <= CLOCK_TOLERANCE_SECONDS) return good("clock", amount);
  return wrong("clock", amount, "Set this machine's clock, or the reef's: signing in needs both within half a minute.");
}

function checkVersion({ version: reefVersion }: Health): Check {
  const found = `reef command ${version}, reef ${reefVersion}, Node ${process.versions.node}`;
  const series = (text: string) => text.split(".").slice(0, 2).join(".");
  if (series(version) === series(reefVersion)) return good("versions", found);
  return wrong("versions", found, "Bring the older of the two up to date.");
}

/** Whether only this user can read the credentials. */
export async function checkCredentialsFile({ environment }: Context): Promise<Check> {
  const path = credentialsPath(environment.configFolder);
  const [folder, file] = await Promise.all([stat(environment.configFolder), stat(path)]).catch(() => []);
  if (folder === undefined || file === undefined) {
    return wrong(
      "file",
      `there is no ${path}`,
      "Join a reef: reef register --voucher CODE --name NAME; or sign in as a person: reef login",
      exitCodes.notSignedIn,
    );
  }
  const isOpen = process.platform !== "win32" && ((folder.mode | file.mode) & 0o077) !== 0;
  if (!isOpen) return good("file", `${path}, for this user only`);
  const modes = [folder, file].map(({ mode }) => (mode & 0o777).toString(8)).join(" and ");
  return wrong("file", `others may read it: ${modes}`, `chmod 700 ${environment.configFolder} && chmod 600 ${path}`);
}

/** Whether the credentials get a token, and the reef knows the agent. */
export async function checkToken(context: Context, url: string, credentials: ReefCredentials): Promise<Check> {
  try {
    const reef = createReef({ url, credentials, fetch: watchfulFetch(context), signal: context.signal });
    const me = await reef.identity.whoami();
    return good("token", `the reef knows ${me.name}, ${me.fingerprint}`);
  } catch (error) {
    const { what, mend, exitCode } = describeFailure(error);
    return wrong("token", what, mend, exitCode);
  }
}

/** Whether the reef knows the person whose session, or API key, this is. */
export async function checkSession(context: Context, { url, token }: { url: string; token: string }): Promise<Check> {
  try {
    const client = { url, credentials: { token }, fetch: watchfulFetch(context), signal: context.signal };
    const { person } = await createReef(client).identity.getAccount();
    return good("token", `the reef knows ${person.name}, ${person.email}`);
  } catch (error) {
    const { what, mend, exitCode } = describeFailure(error);
    return wrong("token", what, mend, exitCode);
  }
}

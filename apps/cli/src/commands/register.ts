import {
  completeRegistration,
  type PreparedRegistration,
  prepareRegistration,
  ReefError,
  type RegisteredAgent,
} from "@reef/sdk";
import { addressOf, profileName } from "../connection/connect.ts";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import { credentialsPath, readCredentials } from "../credentials/credentials-file.ts";
import { refusePerson } from "../credentials/person.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { connectProject } from "../mcp/connect-project.ts";
import { findGivenKey, type GivenKey } from "../registration/given-key.ts";
import { abandonPending, findPending, finishPending, keepPending, takenBy } from "../registration/pending.ts";
import { signature } from "../terminal/mark.ts";
import { oneLine } from "../terminal/text.ts";

interface RegisterOptions extends GivenKey {
  voucher: string;
  name: string;
  force?: boolean;
  mcp?: boolean;
}

/**
 * `reef register --voucher CODE --name NAME`
 *
 * The client secret that the reef gives as well is kept only for a project's MCP clients: the key is how this program
 * signs in, and `secret rotate` gives a secret to whoever else needs one.
 */
export async function registerAgent(context: Context, options: RegisterOptions): Promise<void> {
  const { environment, output } = context;
  const profile = await findFreeProfile(context, options.force === true);
  const earlier = options.force === true ? undefined : await findPending(context, profile);
  const { registered, prepared } =
    earlier === undefined
      ? await registerAnew(context, profile, options)
      : await resume(context, profile, earlier, options);
  const finished = await finishPending(context, profile, prepared, registered);
  const { agent } = registered;
  const keyIn = "keyring" in finished ? "keyring" : "file";
  output.result(
    { agent, profile, url: finished.url, keyIn },
    `${signature(agent, output.style)} joined ${finished.url}`,
  );
  const place = keyIn === "keyring" ? "the system's keyring" : credentialsPath(environment.configFolder);
  output.talk(`Its key is in ${place}; nobody can make it anew. Next: reef diary create notes`);
  const { clientSecret } = registered.credentials;
  await connectProject(context, { url: finished.url, clientId: finished.clientId }, clientSecret, options.mcp);
}

/** The profile to write. @throws CommandError when it has an agent that is not to give way. */
async function findFreeProfile(context: Context, force: boolean): Promise<string> {
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  refusePerson(file, name);
  const present = file.profiles[name];
  if (present === undefined || force) return name;
  throw takenBy(name, present);
}

interface Outcome {
  registered: RegisteredAgent;
  prepared: PreparedRegistration;
}

async function registerAnew(context: Context, profile: string, options: RegisterOptions): Promise<Outcome> {
  const { name, voucher } = options;
  const url = addressOf(context, undefined);
  const fetch = watchfulFetch(context);
  const privateKey = await findGivenKey(context, options);
  const prepared = await prepareRegistration({ url, name, voucher, privateKey, fetch, signal: context.signal });
  await keepPending(context, profile, prepared, options.force === true);
  try {
    return { registered: await complete(context, prepared), prepared };
  } catch (error) {
    if (isRefusal(error)) await abandonPending(context, profile);
    throw error;
  }
}

/**
 * Takes up what an earlier run began, with its key and its very request, so that the reef repeats its answer if it gave
 * one. A refusal does not mean here that the reef does not know the key, so the key stays.
 */
async function resume(
  context: Context,
  profile: string,
  earlier: PreparedRegistration,
  { voucher }: RegisterOptions,
): Promise<Outcome> {
  const { output, options, signal } = context;
  const { name } = earlier.request;
  if (earlier.request.voucher !== voucher) throw unfinished(earlier);
  output.talk(`Finishing the registration of ${oneLine(name)} that was begun before.`);
  const prepared = options.url === undefined ? earlier : { ...earlier, url: addressOf(context, undefined) };
  try {
    return { registered: await complete(context, prepared), prepared };
  } catch (error) {
    // The proof is too old, so the earlier run did not arrive: had it, the reef would have repeated its answer.
    if (!(error instanceof ReefError) || error.code !== "identity.invalid_proof") throw error;
    const fresh = await prepareRegistration({ ...prepared, name, voucher, fetch: watchfulFetch(context), signal });
    await keepPending(context, profile, fresh, false);
    return { registered: await complete(context, fresh), prepared: fresh };
  }
}

async function complete(context: Context, prepared: PreparedRegistration): Promise<RegisteredAgent> {
  const { signal } = context;
  try {
    return await completeRegistration(prepared, { fetch: watchfulFetch(context), signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandError(exitCodes.interrupted, "Stopped.", "Repeat the same command to finish the registration.");
  }
}

const unfinished = ({ request, url }: PreparedRegistration) =>
  new CommandError(
    exitCodes.failed,
    `A registration of ${oneLine(request.name)} at ${url} did not finish, and the reef may know its key already.`,
    "Finish it with the same voucher, begin anew with --force, or name another profile with --profile.",
  );

/** Whether the reef heard the request and did not and will not do it. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ReefError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 408 &&
  error.status !== 429 &&
  !error.code.startsWith("idempotency.");

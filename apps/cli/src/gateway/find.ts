import type { Agent, ProviderSummary, Reef } from "@reef/sdk";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/** The id of the agent with this fingerprint; undefined where none is named. @throws ReefError when there is none */
export async function agentIdOf(reef: Reef, fingerprint: string | undefined): Promise<Agent["id"] | undefined> {
  return fingerprint === undefined ? undefined : (await reef.identity.getAgent({ fingerprint })).id;
}

/**
 * A provider by its slug or id: among those that the organization calls, of which its own go first, or among the whole reef's.
 *
 * @throws CommandError when there is none.
 */
export async function getProvider(reef: Reef, slugOrId: string, isOfReef = false): Promise<ProviderSummary> {
  const all = isOfReef ? reef.gateway.listReefProviders.all : reef.gateway.listProviders.all;
  let found: ProviderSummary | undefined;
  for await (const provider of all({ limit: 100 })) {
    if (provider.id !== slugOrId && provider.slug !== slugOrId) continue;
    if (found === undefined || provider.scope === "organization") found = provider;
  }
  if (found !== undefined) return found;
  throw new CommandError(
    exitCodes.notFound,
    `There is no provider ${oneLine(slugOrId)}.`,
    `\`reef providers list${isOfReef ? " --reef" : ""}\` shows those that there are.`,
  );
}

/** The id of a provider that is named by its slug or id; undefined where none is named. @throws CommandError when there is none */
export async function providerIdOf(
  reef: Reef,
  slugOrId: string | undefined,
): Promise<ProviderSummary["id"] | undefined> {
  // An id is taken as it is: agents may not list providers, and what is gone still has its calls on record.
  if (slugOrId === undefined || isProviderId(slugOrId)) return slugOrId;
  return (await getProvider(reef, slugOrId)).id;
}

const isProviderId = (text: string): text is ProviderSummary["id"] => /^prv_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);

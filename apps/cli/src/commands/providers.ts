import type { Page, ProviderKind, ProviderModel, ProviderOffer, ProviderSummary, Reef } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CommandError, describeFailure, type ExitCode, exitCodes } from "../failures.ts";
import { getProvider } from "../gateway/find.ts";
import { count } from "../terminal/amount.ts";
import { askHidden, confirm, isSomebodyThere, readText } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { renderTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";

interface ReefOption {
  reef?: boolean;
}

/** `reef providers list` */
export async function listProviders(
  context: Context,
  { reef: isOfReef, limit, cursor }: ReefOption & { limit?: number; cursor?: string },
): Promise<void> {
  const { gateway } = await connect(context);
  const list = isOfReef ? gateway.listReefProviders : gateway.listProviders;
  const page: Page<ProviderSummary> = await list({ limit, cursor });
  const columns = [
    { heading: "SLUG", text: (provider: ProviderSummary) => provider.slug },
    { heading: "NAME", text: (provider: ProviderSummary) => provider.name, mayCut: true },
    { heading: "KIND", text: (provider: ProviderSummary) => provider.kind },
    { heading: "OF", text: ({ scope }: ProviderSummary) => (scope === "reef" ? "the reef" : "the organization") },
    { heading: "STATE", text: ({ enabled }: ProviderSummary) => (enabled ? "enabled" : "disabled") },
    { heading: "MODELS", text: (provider: ProviderSummary) => String(provider.modelCount) },
    { heading: "KEYS", text: (provider: ProviderSummary) => String(provider.keyCount) },
    { heading: "ID", text: (provider: ProviderSummary) => provider.id },
  ];
  const whenEmpty = "There is no provider. Add one with `reef providers add`, or see `reef providers offers`.";
  writePage(context.output, page, columns, whenEmpty);
}

/** `reef providers kinds` */
export async function listKinds(context: Context): Promise<void> {
  const { output } = context;
  const { gateway } = await connect(context);
  const { items } = await gateway.listProviderKinds();
  const columns = [
    { heading: "KIND", text: ({ kind }: ProviderKind) => kind },
    { heading: "NAME", text: ({ title }: ProviderKind) => title },
    { heading: "NEEDS", text: needsOf, mayCut: true },
  ];
  output.result({ items }, renderTable(columns, items, output));
}

const needsOf = ({ needsKey, needsAddress, options }: ProviderKind): string =>
  [
    ...(needsKey ? ["a key"] : []),
    ...(needsAddress ? ["--base-url"] : []),
    ...options.filter(({ required }) => required).map(({ name }) => `--option ${name}=…`),
  ].join(", ");

interface AddOptions extends ReefOption {
  slug?: string;
  name?: string;
  baseUrl?: string;
  option?: Record<string, string>;
  models?: ProviderModel[];
  keyStdin?: boolean;
}

/** `reef providers add KIND`: stdout gets the new provider's id. The key is asked for before anything is made. */
export async function addProvider(context: Context, options: AddOptions, kind: string): Promise<void> {
  const { reef: isOfReef = false, slug, name, baseUrl, option, models, keyStdin = false } = options;
  const { output } = context;
  const reef = await connect(context);
  const secret = keyStdin ? await readSecret(context) : await askSecretFor(context, reef, kind);
  const create = isOfReef ? reef.gateway.createReefProvider : reef.gateway.createProvider;
  const provider = await create({ kind, slug, name, baseUrl, options: option, models });
  if (secret !== undefined) {
    await createKey(reef, provider, { secret }).catch((error: unknown) => {
      throw keyIsMissing(context, provider, error);
    });
  }
  output.result({ ...provider, keyCount: secret === undefined ? 0 : 1 }, provider.id);
  if (secret === undefined) output.talk(`If it needs a key: reef providers key ${nameOf(provider)}`);
  output.talk(`See whether it answers: reef providers test ${nameOf(provider)}`);
}

/**
 * What a person types in for a kind that needs a key; undefined where it needs none, or shall have it later.
 *
 * @throws CommandError when it needs one, and nobody is there to ask.
 */
async function askSecretFor(context: Context, reef: Reef, kind: string): Promise<string | undefined> {
  const { items } = await reef.gateway.listProviderKinds();
  const found = items.find((one) => one.kind === kind);
  if (found?.needsKey !== true) return undefined;
  if (!isSomebodyThere()) {
    throw new CommandError(
      exitCodes.wrongUse,
      `${oneLine(found.title)} needs a key, and nobody is here to ask. No provider was added.`,
      "Repeat it with --key-stdin, and send the key on standard input: `--key-stdin < FILE`.",
    );
  }
  const typed = await askHidden("The provider's key (Enter to add it later): ", context.signal);
  return typed === "" ? undefined : typed;
}

/** A secret from a person who is there, else from standard input: an argument would stand in the list of processes. */
async function readSecret({ signal }: Context): Promise<string> {
  const secret = (isSomebodyThere() ? await askHidden("The provider's key: ", signal) : await readText("-")).trim();
  if (secret !== "") return secret;
  throw new CommandError(
    exitCodes.wrongUse,
    "No key came.",
    "Send it on standard input, or type it when it is asked for.",
  );
}

/** The provider stays: to take it back could fail as well, and be stopped by the same Ctrl-C. */
function keyIsMissing({ signal }: Context, provider: ProviderSummary, cause: unknown): CommandError {
  const { exitCode, what, mend } = describeFailure(cause);
  const next = `The provider ${provider.slug} was added, without its key. Add that with: reef providers key ${nameOf(provider)}`;
  const advice = signal.aborted ? next : `${mend} ${next}`;
  return new CommandError(exitCode, `The key was not added: ${what}`, advice, { cause });
}

const nameOf = ({ slug, scope }: Pick<ProviderSummary, "slug" | "scope">): string =>
  scope === "reef" ? `${slug} --reef` : slug;

/** Those of the whole reef have routes of their own, which only operators may call. */
const createKey = (
  { gateway }: Reef,
  { id: providerId, scope }: Pick<ProviderSummary, "id" | "scope">,
  key: { label?: string | undefined; secret: string },
) => (scope === "reef" ? gateway.createReefProviderKey : gateway.createProviderKey)({ providerId, ...key });

/** `reef providers key PROVIDER`: stdout gets the new key's id. */
export async function addProviderKey(
  context: Context,
  { label, reef: isOfReef }: ReefOption & { label?: string },
  slugOrId: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const provider = await getProvider(reef, slugOrId, isOfReef);
  const key = await createKey(reef, provider, { label, secret: await readSecret(context) });
  output.result(key, key.id);
  output.talk(`Calls use it within a second. See whether it works: reef providers test ${nameOf(provider)}`);
}

/** `reef providers test PROVIDER`: exit code 1 where it does not answer as it should. */
export async function testProvider(
  context: Context,
  { reef: isOfReef }: ReefOption,
  slugOrId: string,
): Promise<ExitCode> {
  const { output } = context;
  const reef = await connect(context);
  const { id: providerId, scope } = await getProvider(reef, slugOrId, isOfReef);
  const { testReefProvider, testProvider } = reef.gateway;
  const test = await (scope === "reef" ? testReefProvider : testProvider)({ providerId });
  output.result(test, test.ok ? test.models.map(oneLine).join("\n") : "");
  const { length } = test.models;
  const listed = length === 1 ? "1 model" : `${count(length)} models`;
  if (test.ok) output.talk(`It answered within ${test.latencyMs} ms, and lists ${listed}.`);
  else output.talk(output.style.bad(oneLine(test.problem ?? "It does not answer as it should.")));
  return test.ok ? exitCodes.done : exitCodes.failed;
}

/** `reef providers delete PROVIDER` */
export async function deleteProvider(
  context: Context,
  { yes, reef: isOfReef }: ReefOption & { yes?: boolean },
  slugOrId: string,
): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const { id: providerId, name, scope } = await getProvider(reef, slugOrId, isOfReef);
  await confirm(`Delete ${oneLine(name)} with its keys? Its models are not called any more.`, yes, signal);
  await (scope === "reef" ? reef.gateway.deleteReefProvider : reef.gateway.deleteProvider)({ providerId });
  output.result({ deleted: providerId }, "");
  output.talk(`Deleted ${oneLine(name)}.`);
}

/** `reef providers offers` */
export async function listOffers(context: Context): Promise<void> {
  const { output } = context;
  const { gateway } = await connect(context);
  const { items, advice } = await gateway.listProviderOffers();
  const columns = [
    { heading: "KIND", text: (offer: ProviderOffer) => offer.kind },
    { heading: "NAME", text: (offer: ProviderOffer) => offer.title },
    { heading: "FOUND BY", text: (offer: ProviderOffer) => offer.foundBy },
  ];
  output.result({ items, advice }, items.length === 0 ? "" : renderTable(columns, items, output));
  if (items.length > 0) output.talk("Add one for the whole reef with: reef providers accept KIND");
  else output.talk("Nothing was found that is not there yet. Add a provider with `reef providers add`.");
}

/** `reef providers accept KIND`: stdout gets the new provider's id. */
export async function acceptOffer(context: Context, _options: GlobalOptions, kind: string): Promise<void> {
  const { output } = context;
  const { gateway } = await connect(context);
  const provider = await gateway.acceptProviderOffer({ kind });
  output.result(provider, provider.id);
  output.talk(`Added ${oneLine(provider.name)} with ${provider.modelCount} models. See them with: reef models`);
}

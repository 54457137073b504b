import type { Command } from "commander";
import { pricedModels, setting } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

const load = () => import("../commands/providers.ts");

const ofReef = (command: Command): Command =>
  command.option("--reef", "of the whole reef, for all organizations; for those who operate it");

/** `reef providers …`: an organization's own, and with `--reef` those of all. */
export function addProviderCommands(program: Command): void {
  const providers = program.command("providers").description("who answers when models are called");
  paged(ofReef(providers.command("list", { isDefault: true })))
    .description("list the organization's own providers and those of the whole reef, newest first")
    .action(lazily(async () => (await load()).listProviders));
  providers
    .command("kinds")
    .description("list the kinds of providers, and what each needs")
    .action(lazily(async () => (await load()).listKinds));
  ofReef(providers.command("add"))
    .description("add a provider and its key, which is asked for or comes with --key-stdin, never as an argument")
    .argument("<kind>", "such as openai, anthropic, ollama; `reef providers kinds` lists them")
    .option("--slug <slug>", "the provider in names of models, SLUG/MODEL (its kind)")
    .option("--name <name>", "what people shall call it")
    .option("--base-url <address>", "where it is, for kinds without an address of their own")
    .option("--option <name=value>", "what its kind needs besides, such as a region; may be repeated", setting)
    .option(
      "--models <a,b=1/2>",
      "the models it serves, each with dollars per million tokens of input/output where the price list lacks it",
      pricedModels,
    )
    .option("--key-stdin", "read its key from standard input, in place of asking for it; needed where no terminal is")
    .action(lazily(async () => (await load()).addProvider));
  ofReef(providers.command("key"))
    .description("add a key to a provider: from standard input, or asked for; it is sealed and never shown again")
    .argument("<slug or id>", "the provider")
    .option("--label <label>", "what people shall call the key (default)")
    .action(lazily(async () => (await load()).addProviderKey));
  ofReef(providers.command("test"))
    .description("ask a provider for its models, and tell what came of it")
    .argument("<slug or id>", "the provider")
    .action(lazily(async () => (await load()).testProvider));
  ofReef(providers.command("delete"))
    .description("delete a provider with its keys")
    .argument("<slug or id>", "the provider")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await load()).deleteProvider));
  providers
    .command("offers")
    .description("list providers that the reef found: keys in its environment, and an Ollama on its machine")
    .action(lazily(async () => (await load()).listOffers));
  providers
    .command("accept")
    .description("add a provider that was found, for the whole reef")
    .argument("<kind>", "as `reef providers offers` lists it")
    .action(lazily(async () => (await load()).acceptOffer));
}

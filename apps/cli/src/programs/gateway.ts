import { type Command, Option } from "commander";
import {
  aliasName,
  aliasStep,
  budgetId,
  dollars,
  fingerprint,
  gatewayKeyId,
  laterMoment,
  laterMomentOrNever,
  moment,
  numberOrNone,
  tagList,
  wholeNumber,
  workspaceId,
} from "../parse.ts";
import { lazily } from "../run.ts";
import { withKeeping } from "./captures.ts";
import { paged } from "./paged.ts";

const loadKeys = () => import("../commands/keys.ts");
const loadUsage = () => import("../commands/usage.ts");
const loadAliases = () => import("../commands/aliases.ts");
const loadModels = () => import("../commands/models.ts");
const loadBudgets = () => import("../commands/budgets.ts");

/** `reef models …` */
export function addModelCommands(program: Command): void {
  const models = program.command("models").description("the models that may be called, and what they cost");
  paged(models.command("list", { isDefault: true }))
    .description("list them with their prices per million tokens, and where those come from")
    .option("--search <text>", "only those with this in their name")
    .option("--provider <slug or id>", "only those of this provider")
    .action(lazily(async () => (await loadModels()).listModels));
}

/** `reef aliases …` */
export function addAliasCommands(program: Command): void {
  const aliases = program
    .command("aliases")
    .description("names that programs ask for in place of a model, such as fast or smart");
  paged(aliases.command("list", { isDefault: true }))
    .description("list them with the models that they lead to")
    .action(lazily(async () => (await loadAliases()).listAliases));
  aliases
    .command("set")
    .description("create an alias, or change where it leads; the second model is asked where the first one fails")
    .argument("<name>", "what programs ask for", aliasName)
    .argument("<model...>", "PROVIDER/MODEL; with commas between several, they share the calls: a/x=3,b/y=1", aliasStep)
    .action(lazily(async () => (await loadAliases()).setAlias));
  aliases
    .command("delete")
    .description("delete an alias; who asks for it is told that there is none")
    .argument("<name>", "the alias", aliasName)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadAliases()).deleteAlias));
}

/** `reef keys …`: with these programs call models; `reef key` is the agent's own. */
export function addKeysCommands(program: Command): void {
  const keys = program
    .command("keys")
    .description("keys with which programs call models (rk_…); `reef key` is the agent's own");
  withKeeping(keys.command("create"), wholeNumber)
    .description("create a key; its secret is printed this once")
    .argument("<name>", "what people shall call it")
    .option("--models <a,b>", "only these models and aliases; default: all that there are", tagList)
    .option("--agent <fingerprint>", "for this agent: calls count as its own", fingerprint)
    .option("--workspace <id>", "for this workspace", workspaceId)
    .option("--requests-per-minute <number>", "how many requests at most", wholeNumber(1, 1_000_000))
    .option("--tokens-per-minute <number>", "how many tokens at most", wholeNumber(1, 1_000_000_000))
    .option("--expires <time>", "when it ends: a date, a time, or in how long (90d); default: never", laterMoment)
    .action(lazily(async () => (await loadKeys()).createKey));
  paged(keys.command("list", { isDefault: true }))
    .description("list keys, newest first; their secrets are not shown again")
    .option("--agent <fingerprint>", "only keys for this agent", fingerprint)
    .addOption(new Option("--state <state>", "only those in this state").choices(["active", "expired", "revoked"]))
    .action(lazily(async () => (await loadKeys()).listKeys));
  withKeeping(keys.command("update"), numberOrNone, ", or none")
    .description("change a key; what is not named stays, and so does its secret")
    .argument("<id>", "its id", gatewayKeyId)
    .option("--name <name>", "what people shall call it")
    .addOption(new Option("--models <a,b>", "only these models and aliases").argParser(tagList).conflicts("allModels"))
    .option("--all-models", "all models that there are")
    .option("--requests-per-minute <number>", "how many requests at most, or none", numberOrNone(1, 1_000_000))
    .option("--tokens-per-minute <number>", "how many tokens at most, or none", numberOrNone(1, 1_000_000_000))
    .option("--expires <time>", "when it ends: a date, a time, in how long (90d), or never", laterMomentOrNever)
    .action(lazily(async () => (await loadKeys()).updateKey));
  keys
    .command("revoke")
    .description("refuse a key everywhere, within a second and for good")
    .argument("<id>", "its id", gatewayKeyId)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadKeys()).revokeKey));
}

const filtered = (command: Command): Command =>
  command
    .option("--from <time>", "only calls begun then or later: a date, a time, or an age such as 7d", moment)
    .option("--to <time>", "only calls begun before then (now)", moment)
    .option("--model <name>", "only this model, as its provider calls it")
    .option("--key <id>", "only calls with this key", gatewayKeyId)
    .option("--agent <fingerprint>", "only calls of this agent", fingerprint)
    .option("--workspace <id>", "only calls from this workspace", workspaceId)
    .option("--provider <slug or id>", "only calls that this provider answered");

const OUTCOMES = ["completed", "failed", "cut", "abandoned", "interrupted", "cached"];
const withOutcome = (command: Command): Command =>
  filtered(command).addOption(new Option("--outcome <outcome>", "only calls that ended so").choices(OUTCOMES));

/** `reef usage …` */
export function addUsageCommands(program: Command): void {
  const usage = program.command("usage").description("what calls of models used and cost");
  filtered(usage.command("sum", { isDefault: true }))
    .description("sum calls, tokens and cost up; `reef usage` alone does so for each of the last 30 days")
    .addOption(new Option("--by <what>", "sum up by this").choices(["model", "agent", "workspace", "key", "provider"]))
    .addOption(new Option("--bucket <length>", "how long each line is, in UTC (day)").choices(["hour", "day", "month"]))
    .action(lazily(async () => (await loadUsage()).sumUsage));
  paged(withOutcome(usage.command("calls")))
    .description("list single calls, newest first")
    .action(lazily(async () => (await loadUsage()).listCalls));
  withOutcome(usage.command("export"))
    .description("write single calls as CSV, oldest first, of the last 31 days unless --from says otherwise")
    .argument("[file]", "where to; default: standard output")
    .action(lazily(async () => (await loadUsage()).exportCalls));
}

/** `reef budgets …` */
export function addBudgetCommands(program: Command): void {
  const budgets = program.command("budgets").description("what calls of models may use");
  budgets
    .command("create")
    .description("create a budget for the organization, or for one key, agent or workspace; stdout gets its id")
    .addOption(new Option("--per <period>", "a day or a month in UTC, or all time").choices(["day", "month", "total"]))
    .option("--dollars <amount>", "how much money", dollars)
    .option("--tokens <number>", "how many tokens, input and output together", wholeNumber(0, 9_000_000_000_000_000))
    .addOption(new Option("--key <id>", "for this key").argParser(gatewayKeyId).conflicts(["agent", "workspace"]))
    .addOption(
      new Option("--agent <fingerprint>", "for this agent").argParser(fingerprint).conflicts(["key", "workspace"]),
    )
    .addOption(new Option("--workspace <id>", "for this workspace").argParser(workspaceId).conflicts(["key", "agent"]))
    .action(lazily(async () => (await loadBudgets()).createBudget));
  paged(budgets.command("list", { isDefault: true }))
    .description("list budgets with what is used of them, newest first")
    .action(lazily(async () => (await loadBudgets()).listBudgets));
  budgets
    .command("delete")
    .description("delete a budget: it holds nobody back any more")
    .argument("<id>", "its id", budgetId)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadBudgets()).deleteBudget));
}

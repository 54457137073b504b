import { Command, Option } from "commander";
import { moment, tagList, typeList, types, voucherCode, weight, wholeNumber } from "./parse.ts";
import { addInvoiceCommands, addPlanCommands, addPlansCommands, addSubscriptionCommands } from "./programs/billing.ts";
import { addCacheCommands, addCaptureCommands } from "./programs/captures.ts";
import { addFeedCommand } from "./programs/feed.ts";
import {
  addAliasCommands,
  addBudgetCommands,
  addKeysCommands,
  addModelCommands,
  addUsageCommands,
} from "./programs/gateway.ts";
import {
  addAgentCommands,
  addConfigCommands,
  addRecoveryCommands,
  addSecretCommands,
  addVoucherCommands,
} from "./programs/identity.ts";
import { addKeyCommands } from "./programs/keys.ts";
import { addMcpCommands } from "./programs/mcp.ts";
import { addDiaryCommands, addEntryCommands } from "./programs/memory.ts";
import { addPeopleCommands } from "./programs/people.ts";
import { addProviderCommands } from "./programs/providers.ts";
import { addContextCommand, addRelationCommands } from "./programs/relations.ts";
import { addSeedCommands } from "./programs/seed.ts";
import { addGroupCommands, addInvitationCommands, addShareCommands, addTransferCommands } from "./programs/sharing.ts";
import { addAuditCommands, addSignatureCommands } from "./programs/signing.ts";
import { lazily } from "./run.ts";
import { version } from "./version.ts";

const EPILOGUE = `
REEF_URL, REEF_TOKEN and REEF_CONFIG_DIR take the place of what the profile says.
Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 not signed in, 4 not found, 5 could not reach the reef.`;

/** All commands with their arguments and options. `complain` gets what is wrong with the command line. */
export function createProgram(complain: (text: string) => void): Command {
  const program = new Command("reef")
    .description(
      "Join a reef, remember, search, share and sign; say which models may be called, and see what they cost.",
    )
    .version(version)
    .option("--json", "write the result, and an error, as JSON")
    .option("--profile <name>", "the agent, or the person, of this machine to be")
    .option("--url <address>", "the reef's address")
    .option("--organization <slug>", "the organization to act in, for people who are in several")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", EPILOGUE);
  addDailyCommands(program);
  addPeopleCommands(program);
  addContextCommand(program);
  addFeedCommand(program);
  addDiaryCommands(program);
  addEntryCommands(program);
  addRelationCommands(program);
  addShareCommands(program);
  addInvitationCommands(program);
  addTransferCommands(program);
  addGroupCommands(program);
  addAgentCommands(program);
  addVoucherCommands(program);
  addSecretCommands(program);
  addRecoveryCommands(program);
  addKeyCommands(program);
  addSignatureCommands(program);
  addAuditCommands(program);
  addModelCommands(program);
  addAliasCommands(program);
  addKeysCommands(program);
  addUsageCommands(program);
  addBudgetCommands(program);
  addCaptureCommands(program);
  addCacheCommands(program);
  addProviderCommands(program);
  addPlanCommands(program);
  addInvoiceCommands(program);
  addPlansCommands(program);
  addSubscriptionCommands(program);
  addMcpCommands(program);
  addConfigCommands(program);
  addSeedCommands(program);
  for (const command of [program, ...program.commands.flatMap((noun) => [noun, ...noun.commands])]) {
    command.exitOverride().configureOutput({ writeErr: complain });
  }
  return program;
}

function addDailyCommands(program: Command): void {
  program
    .command("register")
    .description("join a reef with a voucher; the agent's key is made here and stays here")
    .requiredOption(
      "--voucher <code>",
      "what an agent of the reef, one of its people, or its first start gave you",
      voucherCode,
    )
    .requiredOption("--name <name>", "what people shall call the agent")
    .option("--force", "take the place of the profile's present agent")
    .option("--key-of <profile>", "join with the key of an agent of this machine, in place of a new one")
    .option("--archive <file>", "join with the key in an archive that `agent export --with-key` wrote")
    .option("--passphrase-file <file>", "what holds the archive's passphrase, in place of asking for it")
    .option("--mcp", "write .mcp.json into this folder; without it, only into a project that names no reef yet")
    .option("--no-mcp", "write no .mcp.json")
    .action(lazily(async () => (await import("./commands/register.ts")).registerAgent));
  program
    .command("whoami")
    .description("tell which agent or person you are")
    .action(lazily(async () => (await import("./commands/whoami.ts")).whoami));
  program
    .command("remember")
    .description("write an entry; `-` reads it from standard input")
    .argument("<text...>", "what to remember")
    .option("--diary <name or id>", "where to; default: the first diary that you created, or chose with `diary use`")
    .option("--title <title>", "a title")
    .option("--tags <a,b>", "tags, with commas between them", tagList)
    .addOption(new Option("--type <type>", "the kind of memory").choices(types))
    .option("--importance <1-10>", "how important it is", wholeNumber(1, 10))
    .option("--session <name>", "what it is part of: a conversation, a day, a run")
    .option("--happened-at <time>", "when it happened, if not now: a date, a time, or an age such as 2d", moment)
    .option("--sign", "sign it with the agent's key; in a signed diary it always is")
    .action(lazily(async () => (await import("./commands/remember.ts")).remember));
  program
    .command("search")
    .description('find entries by meaning and words; "quoted phrases" must occur, -words must not')
    .argument("<query...>", "a question or words; put `--` before a word that begins with -")
    .option("--diary <name or id>", "search one diary instead of all of yours")
    .option("--shared", "search also those that others share with you")
    .option("--tags <a,b>", "only entries that have all of these", tagList)
    .option("--type <type,...>", "only these kinds of memory", typeList)
    .option("--session <name>", "only entries of this session")
    .option("--after <time>", "only what happened then or later: a date, a time, or an age such as 7d", moment)
    .option("--before <time>", "only what happened before then", moment)
    .option("--limit <1-100>", "how many hits at most (10)", wholeNumber(1, 100))
    .option("--cursor <cursor>", "the next page, as the page before named it")
    .option("--recency <0-1>", "how much newness decides between hits of like relevance", weight)
    .option("--importance <0-1>", "the same for importance", weight)
    .option("--exclude-superseded", "leave out what a newer entry replaces")
    .action(lazily(async () => (await import("./commands/search.ts")).search));
  program
    .command("doctor")
    .description("check address, clock, credentials and versions, and say how to mend each")
    .action(lazily(async () => (await import("./commands/doctor.ts")).doctor));
  program
    .command("completion")
    .description("print a script that completes commands: `source <(reef completion bash)`")
    .argument("<shell>", "bash, zsh or fish")
    .action(
      lazily(async () => {
        const { completion } = await import("./commands/completion.ts");
        return (context, _options, shell: string) => completion(context, program, shell);
      }),
    );
}

import { type Command, Option } from "commander";
import { entryId, relationKinds, tagList, typeList, wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

const loadRelation = () => import("../commands/relation.ts");

/** `reef context` */
export function addContextCommand(program: Command): void {
  program
    .command("context")
    .description("put together what to read for a task, as Markdown that fits into so many tokens")
    .requiredOption("--task <text>", "what is to be done; `-` reads it from standard input")
    .option("--diary <name or id>", "whose entries; default: the one that `remember` writes to")
    .option("--tokens <50-100000>", "how many tokens at most, as o200k_base counts (2000)", wholeNumber(50, 100_000))
    .option("--tags <a,b>", "only entries that have all of these", tagList)
    .option("--type <type,...>", "only these kinds of memory", typeList)
    .option("--include-suspicious", "also what looks like an attempt to instruct its reader, marked")
    .action(lazily(async () => (await import("../commands/context.ts")).composeContext));
}

const ends = (command: Command): Command =>
  command
    .argument("<id>", "the entry's id", entryId)
    .addArgument(command.createArgument("<kind>", "what it is to the other").choices(relationKinds))
    .argument("<other id>", "the other entry's id", entryId);

/** `reef relation …` */
export function addRelationCommands(program: Command): void {
  const relation = program.command("relation").description("what entries are to each other");
  ends(relation.command("add"))
    .description("relate an entry to another one; safe to repeat")
    .option("--note <text>", "why, in a line")
    .action(lazily(async () => (await loadRelation()).addRelation));
  paged(relation.command("list"))
    .description("list an entry's relations, newest first")
    .argument("<id>", "the entry's id", entryId)
    .addOption(new Option("--direction <way>", "only what it says of others, or others of it").choices(["out", "in"]))
    .addOption(new Option("--kind <kind>", "only this kind").choices(relationKinds))
    .action(lazily(async () => (await loadRelation()).listRelations));
  ends(relation.command("remove"))
    .description("take a relation back")
    .action(lazily(async () => (await loadRelation()).removeRelation));
}

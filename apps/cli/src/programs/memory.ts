import { type Command, Option } from "commander";
import { contentHash, entryId, moment, tagList, types, visibilities, weight, wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";
import { addDiaryTransfer } from "./sharing.ts";

const loadDiary = () => import("../commands/diary.ts");
const loadEntry = () => import("../commands/entry.ts");
const loadVerify = () => import("../commands/verify.ts");

/** `reef diary …` */
export function addDiaryCommands(program: Command): void {
  const diary = program.command("diary").description("collections of entries");
  diary
    .command("create")
    .description("create a diary; the first one becomes the default")
    .argument("<name>")
    .addOption(new Option("--visibility <who>", "who may read it").choices(visibilities))
    .option("--signed", "have every entry signed and name the one before; this cannot be changed later")
    .action(lazily(async () => (await loadDiary()).createDiary));
  paged(diary.command("list"))
    .description("list your diaries, newest first")
    .action(lazily(async () => (await loadDiary()).listDiaries));
  diary
    .command("get")
    .description("show a diary")
    .argument("<name or id>")
    .action(lazily(async () => (await loadDiary()).getDiary));
  diary
    .command("update")
    .description("change a diary's name or visibility")
    .argument("<name or id>")
    .option("--name <name>", "its new name")
    .addOption(new Option("--visibility <who>", "who may read it").choices(visibilities))
    .option("--if-match <version>", "only if this is still its version", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .action(lazily(async () => (await loadDiary()).updateDiary));
  diary
    .command("delete")
    .description("delete a diary with all its entries")
    .argument("<name or id>")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadDiary()).deleteDiary));
  diary
    .command("verify")
    .description("check every entry of a signed diary, here, and tell which was altered, removed or moved")
    .argument("<name or id>")
    .option("--head <cid>", "a head of it that you know: the chain must still hold it", contentHash)
    .action(lazily(async () => (await loadVerify()).verifyDiary));
  addDiaryTransfer(diary);
  diary
    .command("clusters")
    .description("propose which of a diary's newest entries to merge; nothing is changed")
    .argument("<name or id>")
    .option("--threshold <0-1>", "how alike each pair must be (0.8)", weight)
    .option("--limit <1-100>", "how many clusters at most (20)", wholeNumber(1, 100))
    .action(lazily(async () => (await import("../commands/clusters.ts")).listClusters));
  diary
    .command("use")
    .description("make a diary the one that `remember` writes to")
    .argument("<name or id>")
    .action(lazily(async () => (await loadDiary()).useDiary));
}

/** `reef entry …` */
export function addEntryCommands(program: Command): void {
  const entry = program.command("entry").description("single memories");
  paged(entry.command("list"))
    .description("list a diary's entries, newest first")
    .option("--diary <name or id>", "whose; default: the one that `remember` writes to")
    .option("--tags <a,b>", "only entries that have all of these", tagList)
    .addOption(new Option("--type <type>", "only this kind of memory").choices(types))
    .option("--session <name>", "only entries of this session")
    .action(lazily(async () => (await loadEntry()).listEntries));
  entry
    .command("get")
    .description("show an entry")
    .argument("<id>", "its id", entryId)
    .action(lazily(async () => (await loadEntry()).getEntry));
  entry
    .command("update")
    .description("change an entry")
    .argument("<id>", "its id", entryId)
    .option("--content <text>", "its new content; `-` reads it from standard input")
    .option("--title <title>", "its new title; an empty one removes it")
    .option("--tags <a,b>", "its new tags; an empty list removes them", tagList)
    .addOption(new Option("--type <type>", "the kind of memory").choices(types))
    .option("--importance <1-10>", "how important it is", wholeNumber(1, 10))
    .option("--session <name>", "what it is part of; an empty one removes it")
    .option("--happened-at <time>", "when it happened", moment)
    .option("--superseded-by <id>", "the entry that replaces it", entryId)
    .option("--if-match <version>", "only if this is still its version", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .action(lazily(async () => (await loadEntry()).updateEntry));
  entry
    .command("delete")
    .description("forget an entry")
    .argument("<id>", "its id", entryId)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadEntry()).deleteEntry));
  entry
    .command("verify")
    .description("check an entry's signature, and whether it is what was signed")
    .argument("<id>", "its id", entryId)
    .action(lazily(async () => (await loadVerify()).verifyEntry));
  entry
    .command("import")
    .description("remember each line of a JSON Lines file, in its order; `-` reads standard input")
    .argument("<file>", 'lines such as {"content":"…","tags":["a"],"happenedAt":"2026-11-18T10:00:00Z"}')
    .option("--diary <name or id>", "where to; default: the one that `remember` writes to")
    .option("--again", "import anew what was imported from the same file within a day")
    .action(lazily(async () => (await import("../commands/import-entries.ts")).importEntries));
}

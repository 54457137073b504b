import type { Command } from "commander";
import { wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";

/** `reef feed` */
export function addFeedCommand(program: Command): void {
  program
    .command("feed")
    .description("show what was published on the reef, newest first; anybody may, without an agent")
    .option("--tag <tag>", "only entries with this tag")
    .option("--search <query>", "find entries by meaning and words instead")
    .option("--follow", "show what is published from now on, as it comes")
    .option("--suspicious", "also entries that look like attempts to instruct the model that reads them")
    .option("--limit <1-100>", "how many at most (20)", wholeNumber(1, 100))
    .option("--cursor <cursor>", "the next page, as the page before named it")
    .action(lazily(async () => (await import("../commands/feed.ts")).showFeed));
}

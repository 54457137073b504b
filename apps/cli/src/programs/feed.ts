import type { Command } from "commander";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

/** `reef feed` */
export function addFeedCommand(program: Command): void {
  paged(program.command("feed"))
    .description("show what was published on the reef, newest first; anybody may, without an agent")
    .option("--tag <tag>", "only entries with this tag")
    .option("--search <query>", "find entries by meaning and words instead")
    .option("--follow", "show what is published from now on, as it comes")
    .option("--suspicious", "also entries that look like attempts to instruct the model that reads them")
    .action(lazily(async () => (await import("../commands/feed.ts")).showFeed));
}

import type { Command } from "commander";
import { wholeNumber } from "../parse.ts";

/** A command that lists: how much of it, and from where on. */
export const paged = (command: Command): Command =>
  command
    .option("--limit <1-100>", "how many at most (20)", wholeNumber(1, 100))
    .option("--cursor <cursor>", "the next page, as the page before named it");

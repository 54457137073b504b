import { type Command, Option } from "commander";
import { gatewayKeyId, likeness, tagList, usageEventId, wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";

const load = () => import("../commands/captures.ts");

const MOST_DAYS = 365;
const LONGEST_SECONDS = 604_800;

type Parse = (least: number, most: number) => (text: string) => number | "none";

/** What a key says of prompts, and of answers that are given again; `or` names what takes it back, where it is changed. */
export function withKeeping(command: Command, parse: Parse, or = ""): Command {
  return command
    .option(
      "--capture-days <number>",
      `keep prompts and answers so many days, where \`reef capture on\` allows it${or}`,
      parse(1, MOST_DAYS),
    )
    .option(
      "--cache-seconds <number>",
      `give the same request its answer again for so long${or}`,
      parse(1, LONGEST_SECONDS),
    )
    .option("--cache-alike <0.8-1>", "with --cache-seconds: also to a question that is so much alike", likeness);
}

/** `reef capture …` */
export function addCaptureCommands(program: Command): void {
  const capture = program
    .command("capture")
    .description("whether prompts and answers of models are kept, and what was");
  capture
    .command("show", { isDefault: true })
    .description("tell what the organization allows its keys to keep")
    .action(lazily(async () => (await load()).showCapture));
  capture
    .command("on")
    .description("let keys keep prompts and answers; each key says so as well: `reef keys update ID --capture-days 7`")
    .option("--days <number>", "nothing is kept for longer", wholeNumber(1, MOST_DAYS))
    .option(
      "--words <a,b>",
      "words that are taken out, beside addresses, numbers of cards, secrets and the like",
      tagList,
    )
    .action(lazily(async () => (await load()).allowCapture));
  capture
    .command("off")
    .description("let no key keep anything; what was kept stays to its end")
    .option("--purge", "delete what was kept, at once")
    .option("--yes", "with --purge: do not ask")
    .action(lazily(async () => (await load()).endCapture));
  capture
    .command("read")
    .description("print the prompt and the answer of a call; that you read it is recorded")
    .argument("<call>", "its id, as `reef usage calls` shows it", usageEventId)
    .action(lazily(async () => (await load()).readCapture));
  capture
    .command("delete")
    .description("delete what was kept of a call, or of all calls with a key so far")
    .addOption(new Option("--call <id>", "of this call").argParser(usageEventId).conflicts("key"))
    .option("--key <id>", "of all calls with this key", gatewayKeyId)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await load()).deleteCaptures));
}

/** `reef cache …` */
export function addCacheCommands(program: Command): void {
  const cache = program.command("cache").description("answers that are given again without asking a provider");
  cache
    .command("show", { isDefault: true })
    .description("tell how many there are")
    .action(lazily(async () => (await load()).showCache));
  cache
    .command("clear")
    .description("forget all of them")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await load()).clearCache));
}

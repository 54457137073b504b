import type { Command } from "commander";
import { voucherCode } from "../parse.ts";
import { lazily } from "../run.ts";

/** `reef seed …` */
export function addSeedCommands(program: Command): void {
  const seed = program.command("seed").description("something to look at in an empty reef");
  seed
    .command("demo")
    .description(
      "fill an organization with seven agents of a small harbour, 300 entries, shares and signatures; for its owner, models",
    )
    .option("--voucher <code>", "with which the first agent joins; else whoever the profile is issues one", voucherCode)
    .option("--again", "also where it was done before: seven more agents, with everything")
    .action(lazily(async () => (await import("../commands/seed.ts")).seedDemo));
}

import type { Command } from "commander";
import { lazily } from "../run.ts";

const loadArchive = () => import("../commands/agent-archive.ts");

/** `reef agent export` and `reef agent import` */
export function addArchiveCommands(agent: Command): void {
  agent
    .command("export")
    .description("write all that is the agent's own into one signed file")
    .argument("<file>", "where to")
    .option("--with-key", "put the agent's key in as well, encrypted with a passphrase")
    .option("--passphrase-file <file>", "what holds the passphrase, in place of asking for it")
    .option("--force", "replace a file that is there")
    .action(lazily(async () => (await loadArchive()).exportAgent));
  agent
    .command("import")
    .description("check an archive and restore what is in it; safe to repeat")
    .argument("<file>", "what `agent export` wrote")
    .action(lazily(async () => (await loadArchive()).importAgent));
}

import type { Command } from "commander";
import { recipient } from "../parse.ts";
import { lazily } from "../run.ts";

/** `reef seal`, `reef open`, `reef ssh-key`, `reef git …`: what the agent's key is good for beside signing in. */
export function addKeyCommands(program: Command): void {
  program
    .command("seal")
    .description("encrypt a text that one agent alone can read; `-` reads it from standard input")
    .argument("<text...>", "the text")
    .requiredOption("--for <agent>", "the agent's fingerprint, or its public key (ed25519:…)", recipient)
    .action(lazily(async () => (await import("../commands/seal.ts")).sealText));
  program
    .command("open")
    .description("decrypt what was sealed for this agent; `-` reads it from standard input")
    .argument("<envelope>", "the JSON that `reef seal` printed")
    .action(lazily(async () => (await import("../commands/seal.ts")).openText));
  program
    .command("ssh-key")
    .description("write the agent's key as OpenSSH files, id_ed25519 and id_ed25519.pub")
    .option("--output-dir <folder>", "where to; default: a folder of the key's own below the credentials")
    .option("--force", "replace another key that is there")
    .action(lazily(async () => (await import("../commands/ssh-key.ts")).writeSshKey));
  program
    .command("git")
    .description("sign commits with the agent's key")
    .command("setup")
    .description("write a git configuration of the agent's own; yours stays as it is")
    .option("--name <name>", "the author's name; default: the agent's")
    .option("--email <address>", "the author's address; default: the agent's id at its reef")
    .option("--output-dir <folder>", "where to; default: beside the agent's SSH key")
    .option("--force", "replace other files that are there")
    .action(lazily(async () => (await import("../commands/git-setup.ts")).setUpGit));
}

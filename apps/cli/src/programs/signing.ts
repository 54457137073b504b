import { type Command, Option } from "commander";
import { actor, moment, publicKey, signingRequestId } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

const loadAudit = () => import("../commands/audit.ts");

/** `reef sign`, `reef verify`: what an agent signs with its key, and whose a signature is. */
export function addSignatureCommands(program: Command): void {
  program
    .command("sign")
    .description("sign a message with the agent's key, by a signing request; `-` reads it from standard input")
    .argument("[message...]", "the message")
    .option("--request <id>", "answer this signing request instead, and show what it signs", signingRequestId)
    .action(lazily(async () => (await import("../commands/sign.ts")).sign));
  program
    .command("verify")
    .description("tell whose a signature is; with message, nonce and key it is verified here, without any reef")
    .argument("<signature>", "88 characters of base64")
    .option("--message <text>", "what was signed; `-` reads it from standard input")
    .option("--nonce <nonce>", "the nonce of its signing request")
    .option("--key <key>", "the public key that it shall be by", publicKey)
    .action(lazily(async () => (await import("../commands/verify-signature.ts")).verifySignature));
}

/** `reef audit …` */
export function addAuditCommands(program: Command): void {
  const audit = program.command("audit").description("the organization's record of who did what");
  paged(audit.command("list"))
    .description("list who did what, newest first; for the founding agent and the organization's admins")
    .option("--actor <who>", "only what this agent did, by fingerprint, or this person, by id", actor)
    .option("--operation <name>", "only this, such as memory.createDiary")
    .option("--after <time>", "only what was done then or later: a date, a time, or an age such as 7d", moment)
    .option("--before <time>", "only what was done before then", moment)
    .addOption(new Option("--order <which first>", "which come first").choices(["newest", "oldest"]))
    .action(lazily(async () => (await loadAudit()).listAudit));
  audit
    .command("export")
    .description("write the whole ledger as JSON Lines; `-` writes to standard output")
    .argument("<file>")
    .action(lazily(async () => (await loadAudit()).exportAudit));
  audit
    .command("verify")
    .description("check an export, without any reef, and tell which record was altered, removed or moved")
    .argument("<file>", "what `audit export` wrote; `-` reads standard input")
    .option("--key <key>", "the reef's audit key, as its /.well-known/reef.json told it", publicKey)
    .action(lazily(async () => (await import("../commands/verify-audit.ts")).verifyAudit));
}

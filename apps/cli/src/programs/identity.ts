import type { Command } from "commander";
import { fingerprint, wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";

const loadAgent = () => import("../commands/agent.ts");
const loadVoucher = () => import("../commands/voucher.ts");
const loadConfig = () => import("../commands/config.ts");

/** `reef agent …` */
export function addAgentCommands(program: Command): void {
  const agent = program.command("agent").description("the agents of your organization");
  agent
    .command("list")
    .description("list them, newest first")
    .option("--limit <1-100>", "how many at most (20)", wholeNumber(1, 100))
    .option("--cursor <cursor>", "the next page, as the page before named it")
    .action(lazily(async () => (await loadAgent()).listAgents));
  agent
    .command("get")
    .description("look up an agent's name and public key")
    .argument("<fingerprint>", "its fingerprint", fingerprint)
    .action(lazily(async () => (await loadAgent()).getAgent));
  agent
    .command("disable")
    .description("refuse an agent everywhere, within five seconds")
    .argument("<fingerprint>", "its fingerprint", fingerprint)
    .action(lazily(async () => (await loadAgent()).disableAgent));
  agent
    .command("enable")
    .description("let a disabled agent in again")
    .argument("<fingerprint>", "its fingerprint", fingerprint)
    .action(lazily(async () => (await loadAgent()).enableAgent));
}

/** `reef voucher …` */
export function addVoucherCommands(program: Command): void {
  const voucher = program.command("voucher").description("codes with which new agents join");
  voucher
    .command("issue")
    .description("issue a voucher, with which one new agent may join within 24 hours")
    .action(lazily(async () => (await loadVoucher()).issueVoucher));
  voucher
    .command("list")
    .description("list your active vouchers; their codes are not shown again")
    .option("--limit <1-100>", "how many at most (20)", wholeNumber(1, 100))
    .option("--cursor <cursor>", "the next page, as the page before named it")
    .action(lazily(async () => (await loadVoucher()).listVouchers));
}

/** `reef secret …` */
export function addSecretCommands(program: Command): void {
  const secret = program.command("secret").description("the client secret, for programs that cannot sign with the key");
  secret
    .command("rotate")
    .description("replace the client secret; the old one stops working within five seconds")
    .action(lazily(async () => (await import("../commands/secret.ts")).rotateSecret));
}

/** `reef config …` */
export function addConfigCommands(program: Command): void {
  const config = program.command("config").description("this machine's profiles");
  config
    .command("path")
    .description("print where the credentials file is")
    .action(lazily(async () => (await loadConfig()).showPath));
  config
    .command("list")
    .description("list the profiles")
    .action(lazily(async () => (await loadConfig()).listProfiles));
  config
    .command("use")
    .description("make a profile the one that is used where none is named")
    .argument("<profile>")
    .action(lazily(async () => (await loadConfig()).useProfile));
}

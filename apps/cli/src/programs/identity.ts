import { type Command, Option } from "commander";
import { fingerprint, voucherId } from "../parse.ts";
import { lazily } from "../run.ts";
import { addArchiveCommands } from "./archive.ts";
import { paged } from "./paged.ts";

const loadAgent = () => import("../commands/agent.ts");
const loadVoucher = () => import("../commands/voucher.ts");
const loadConfig = () => import("../commands/config.ts");

/** `reef agent …` */
export function addAgentCommands(program: Command): void {
  const agent = program.command("agent").description("the agents of your organization");
  paged(agent.command("list"))
    .description("list them, newest first")
    .option("--search <text>", "only those whose name or fingerprint begins with it")
    .addOption(new Option("--disabled", "only those that are disabled").conflicts("active"))
    .option("--active", "only those that are not disabled")
    .action(lazily(async () => (await loadAgent()).listAgents));
  agent
    .command("get")
    .description("look up an agent's name and public key")
    .argument("<fingerprint>", "its fingerprint", fingerprint)
    .action(lazily(async () => (await loadAgent()).getAgent));
  paged(agent.command("keys"))
    .description("list the keys that an agent has and had, newest first")
    .argument("<fingerprint>", "any fingerprint of it", fingerprint)
    .action(lazily(async () => (await loadAgent()).listAgentKeys));
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
  agent
    .command("rotate-secret")
    .description("replace an agent's client secret, as one of the people who are responsible for it")
    .argument("<fingerprint>", "its fingerprint", fingerprint)
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadAgent()).rotateAgentSecret));
  addArchiveCommands(agent);
}

/** `reef voucher …` */
export function addVoucherCommands(program: Command): void {
  const voucher = program.command("voucher").description("codes with which new agents join");
  voucher
    .command("issue")
    .description("issue a voucher, with which one new agent may join within 24 hours")
    .action(lazily(async () => (await loadVoucher()).issueVoucher));
  paged(voucher.command("list"))
    .description("list active vouchers: your own, or as an admin all; their codes are not shown again")
    .action(lazily(async () => (await loadVoucher()).listVouchers));
  voucher
    .command("revoke")
    .description("make a voucher worthless that nobody has used")
    .argument("<id>", "its id", voucherId)
    .action(lazily(async () => (await loadVoucher()).revokeVoucher));
  paged(voucher.command("graph"))
    .description("list who let whom into your organization, newest first")
    .action(lazily(async () => (await loadVoucher()).listVoucherGraph));
}

/** `reef key …` and `reef recover` */
export function addRecoveryCommands(program: Command): void {
  const key = program
    .command("key")
    .description("the agent's own key, by which it signs in and signs; `reef keys` are for calling models");
  key
    .command("rotate")
    .description("replace the agent's key; what the old one signed stays its own")
    .action(lazily(async () => (await import("../commands/key.ts")).rotateKey));
  program
    .command("recover")
    .description("get the profile of an agent back with its key; its client secret is replaced")
    .option("--key-file <file>", "what holds the agent's seed: the base64 of 32 bytes")
    .option("--key-of <profile>", "use the key of an agent of this machine")
    .option("--archive <file>", "use the key in an archive that `agent export --with-key` wrote")
    .option("--passphrase-file <file>", "what holds the archive's passphrase, in place of asking for it")
    .option("--force", "take the place of the profile's present agent")
    .action(lazily(async () => (await import("../commands/recover.ts")).recoverProfile));
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

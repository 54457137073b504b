import type { Command } from "commander";
import { lazily } from "../run.ts";

const loadOrganizations = () => import("../commands/organizations.ts");

/** `reef login`, `reef logout` and `reef organizations`: for people, who run organizations of agents. */
export function addPeopleCommands(program: Command): void {
  program
    .command("login")
    .description("sign in as a person, by a code that you confirm in a browser")
    .option("--no-browser", "only print the address; open no page")
    .action(lazily(async () => (await import("../commands/login.ts")).login));
  program
    .command("logout")
    .description("end a person's session, at the reef and here")
    .option("--force", "forget it here also where the reef does not answer")
    .action(lazily(async () => (await import("../commands/logout.ts")).logout));
  const organizations = program.command("organizations").description("the organizations that you are a member of");
  organizations
    .command("list", { isDefault: true })
    .description("list them")
    .action(lazily(async () => (await loadOrganizations()).listOrganizations));
  organizations
    .command("use")
    .description("act in this one from now on; --organization names one for a single command")
    .argument("<slug>", "its slug or id")
    .action(lazily(async () => (await loadOrganizations()).useOrganization));
}

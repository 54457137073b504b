import { type Command, Option } from "commander";
import { clients, scopes } from "../mcp/clients.ts";
import { lazily } from "../run.ts";

const clientOption = () =>
  new Option("--client <name>", "whose settings").choices(Object.keys(clients)).makeOptionMandatory();
const scopeOption = () => new Option("--scope <scope>", "this folder's settings, or your own").choices(scopes);

/** `reef mcp …` */
export function addMcpCommands(program: Command): void {
  const mcp = program.command("mcp").description("the reef as a server for programs that speak MCP");
  mcp
    .command("install")
    .description("add the reef to an MCP client's settings; everything else in them stays as it is")
    .addOption(clientOption())
    .addOption(scopeOption())
    .option("--env", "name the variables that hold the credentials, in place of the credentials")
    .option("--print", "show what would be written, and write nothing")
    .action(lazily(async () => (await import("../commands/mcp.ts")).installMcp));
  mcp
    .command("uninstall")
    .description("take the reef out of an MCP client's settings")
    .addOption(clientOption())
    .addOption(scopeOption())
    .action(lazily(async () => (await import("../commands/mcp.ts")).uninstallMcp));
  mcp
    .command("approve")
    .description("let a program act for this agent, whose page shows the code")
    .argument("<code>", "ten letters and digits, such as 4F7QX-9K2MB")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await import("../commands/approve.ts")).approveClient));
}

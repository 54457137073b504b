import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { confirm } from "../terminal/input.ts";
import { oneLine } from "../terminal/text.ts";

/** `reef mcp approve CODE`: shows who asks for what, and asks before it lets the client in. */
export async function approveClient(context: Context, options: { yes?: boolean }, code: string): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const asked = await reef.identity.getAuthorization({ code }, { signal });
  output.talk(`${oneLine(asked.clientHost)} wants to act for this agent by MCP.`);
  output.talk(`  known as        ${oneLine(asked.clientId)}`);
  output.talk(`  answer goes to  ${oneLine(asked.redirectHost)}`);
  output.talk(`  it may          ${asked.scopes.join(" ")}`);
  output.talk("Approve it only if you see this code in a browser of your own, and began this yourself.");
  await confirm("Let it in?", options.yes, signal, "The client was not let in.");
  const approved = await reef.identity.approveAuthorization({ code }, { signal });
  output.result(approved, "");
  output.talk(`Approved. ${oneLine(approved.clientHost)} goes on in the browser.`);
}

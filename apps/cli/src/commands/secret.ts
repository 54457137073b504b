import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { replaceSecret } from "../mcp/client-secret.ts";
import { oneLine } from "../terminal/text.ts";

/**
 * `reef secret rotate`: stdout gets the new client secret alone. It is kept on this machine only where the old one was, for
 * MCP clients: the agent's key is how this program signs in, and a secret beside it would only be one more thing to lose.
 */
export async function rotateSecret(context: Context): Promise<void> {
  const { environment, output } = context;
  const reef = await connect(context);
  const credentials = await reef.identity.rotateSecret();
  // First of all, because it is not shown again, whatever becomes of the file.
  output.result(credentials, credentials.clientSecret);
  output.talk(`This is the client secret of ${credentials.clientId}. It is not shown again.`);
  const file = await replaceSecret(environment, credentials, credentials.clientSecret);
  if (file === undefined) return;
  output.talk(
    `${oneLine(file)} holds it now. MCP clients that take it from their environment need that file read anew.`,
  );
  output.talk("Settings that hold the old one itself need `reef mcp install` again, in each project that has them.");
}

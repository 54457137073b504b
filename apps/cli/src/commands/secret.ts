import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";

/**
 * `reef secret rotate`: stdout gets the new client secret alone. It is kept nowhere on this machine: the agent's key is
 * how this program signs in, and a secret beside it would only be one more thing to lose.
 */
export async function rotateSecret(context: Context): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const credentials = await reef.identity.rotateSecret();
  output.result(credentials, credentials.clientSecret);
  output.talk(`This is the client secret of ${credentials.clientId}. It is not shown again.`);
}

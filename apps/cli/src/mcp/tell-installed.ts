import type { Context } from "../context.ts";
import { oneLine } from "../terminal/text.ts";
import { secretPath } from "./client-secret.ts";
import { type ClientName, clients } from "./clients.ts";
import type { Installed } from "./install.ts";

/** Tells a person what an installation did, and what is left to do. */
export function tellInstalled(
  { environment, output }: Context,
  name: ClientName,
  { path, changed, usesVariables }: Installed,
  clientId: string,
): void {
  const { title } = clients[name];
  output.talk(changed ? `${title} finds the reef by ${oneLine(path)}.` : `${oneLine(path)} names the reef already.`);
  if (usesVariables) {
    const file = oneLine(secretPath(environment, clientId));
    output.talk(`It takes the credentials from its environment. Before you start ${title}: . ${file}`);
  } else output.talk("It holds the agent's client secret, so only you may read it.");
}

import type { Reef } from "@reef/sdk";
import { createPlainBrowser, openAuthorizationPage } from "../../support/oauth-program.ts";

/**
 * Does what a person does with the address that the suite prints: opens it, lets the agent approve the code that the page
 * shows, and goes on until the browser is back at the client.
 */
export async function approveInBrowser(address: string, agent: Reef): Promise<void> {
  const { origin } = new URL(address);
  const open = createPlainBrowser(origin);
  const { page, code } = await openAuthorizationPage(open, address);
  await agent.identity.approveAuthorization({ code });
  let next = page;
  while (next.startsWith(origin)) next = (await open(next)).location;
  if (next === "") throw new Error("The browser did not come back to the client.");
  await fetch(next);
}

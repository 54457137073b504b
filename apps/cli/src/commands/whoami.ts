import type { Reef } from "@reef/sdk";
import { actsAsPerson, addressOf, connect, findPerson, findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { agentCard } from "../terminal/mark.ts";
import { oneLine } from "../terminal/text.ts";

const OUTSIDE = "none; REEF_TOKEN is in use";

/** `reef whoami` */
export async function whoami(context: Context): Promise<void> {
  const reef = await connect(context);
  return (await actsAsPerson(context)) ? showPerson(context, reef) : showAgent(context, reef);
}

async function showAgent(context: Context, reef: Reef): Promise<void> {
  const { output } = context;
  const me = await reef.identity.whoami();
  const found = await findProfile(context);
  const { dim } = output.style;
  const lines = [
    `${dim("fingerprint")}  ${me.fingerprint}`,
    `${dim("id")}           ${me.id}`,
    `${dim("reef")}         ${addressOf(context, found?.profile)}`,
    `${dim("profile")}      ${found?.name ?? OUTSIDE}`,
    `${dim("may")}          ${me.scopes.join(" ")}`,
  ];
  output.result(me, agentCard(me, lines, output));
}

async function showPerson(context: Context, reef: Reef): Promise<void> {
  const { output } = context;
  const account = await reef.identity.getAccount();
  const { person, organization, memberships, isOperator } = account;
  const found = await findPerson(context);
  const { bold, dim } = output.style;
  const none = memberships.length === 0 ? "none" : "none chosen; see `reef organizations`";
  const lines = [
    `${bold(oneLine(person.name))} <${oneLine(person.email)}>`,
    `${dim("id")}            ${person.id}`,
    `${dim("organization")}  ${organization === null ? none : `${oneLine(organization.name)} (${organization.slug}), as ${organization.role}`}`,
    `${dim("reef")}          ${reef.url}`,
    `${dim("profile")}       ${found?.name ?? OUTSIDE}`,
    ...(isOperator ? ["You operate this reef."] : []),
  ];
  output.result(account, lines.join("\n"));
}

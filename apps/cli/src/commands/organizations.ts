import type { Account } from "@reef/sdk";
import { actsAsPerson, connect, findPerson, notSignedIn, profileName } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { readCredentials } from "../credentials/credentials-file.ts";
import { keepPerson } from "../credentials/person.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { renderTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";

type Membership = Account["memberships"][number];

/** The account itself, whichever organization was chosen: one that the person has left must not hide the others. */
async function getAccount(context: Context): Promise<Account> {
  if (await actsAsPerson(context)) {
    return (await connect(context, { organization: () => undefined })).identity.getAccount();
  }
  const file = await readCredentials(context.environment.configFolder);
  const name = profileName(context, file);
  if (file.profiles[name] === undefined) throw notSignedIn(name, file);
  throw new CommandError(
    exitCodes.failed,
    `The profile ${name} is an agent's, which is in one organization for ever.`,
    "Sign in with `reef login`, or name a person's profile with --profile.",
  );
}

/** `reef organizations`: those that the person is in; the chosen one is marked. */
export async function listOrganizations(context: Context): Promise<void> {
  const { output } = context;
  const account = await getAccount(context);
  const chosen = (await findPerson(context))?.person.organization ?? account.organization?.slug ?? null;
  const columns = [
    { heading: "SLUG", text: ({ slug }: Membership) => (slug === chosen ? `${slug} *` : slug) },
    { heading: "NAME", text: ({ name }: Membership) => name, mayCut: true },
    { heading: "ROLE", text: ({ role }: Membership) => role },
    { heading: "ID", text: ({ organizationId }: Membership) => organizationId },
  ];
  const { memberships: items } = account;
  output.result({ items, chosen }, items.length === 0 ? "" : renderTable(columns, items, output));
  if (items.length === 0) output.talk("You are in no organization yet. Ask one of its owners for an invitation.");
}

/** `reef organizations use SLUG`: from now on, the profile acts in that one. */
export async function useOrganization(context: Context, _options: GlobalOptions, slug: string): Promise<void> {
  const { output } = context;
  const account = await getAccount(context);
  const found = await findPerson(context);
  if (found === undefined) {
    const mend = "Name the organization with --organization instead.";
    throw new CommandError(exitCodes.wrongUse, "REEF_TOKEN belongs to no profile, which could keep the choice.", mend);
  }
  const membership = account.memberships.find((one) => one.slug === slug || one.organizationId === slug);
  if (membership === undefined) {
    const mine = account.memberships.map((one) => one.slug).join(", ");
    const mend = mine === "" ? "Ask one of its owners for an invitation." : `Yours are: ${mine}.`;
    throw new CommandError(exitCodes.notFound, `You are in no organization ${oneLine(slug)}.`, mend);
  }
  await keepPerson(context, found.name, { ...found.person, organization: membership.slug });
  output.result(membership, "");
  output.talk(`The profile ${found.name} acts in ${oneLine(membership.name)} now, as ${membership.role}.`);
}

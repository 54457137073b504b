import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";
import { readCredentials, updateCredentials } from "./credentials-file.ts";
import type { CredentialsFile, PersonProfile } from "./profile.ts";

/** The profile that a person gets who names none, and has none yet. */
const DEFAULT_PERSON = "me";

/** The profile that a person signs in to: the one that is named, else the current one if it is a person's. */
export async function findFreePerson({ environment, options }: Context): Promise<{
  name: string;
  present: PersonProfile | undefined;
}> {
  const file = await readCredentials(environment.configFolder);
  const { current, people = {} } = file;
  const name = options.profile ?? (current !== undefined && people[current] !== undefined ? current : DEFAULT_PERSON);
  refuseAgent(file, name);
  return { name, present: people[name] };
}

/** Keeps a person's session, and makes the profile the current one where there was none. */
export async function keepPerson(
  { environment }: Context,
  name: string,
  person: PersonProfile,
): Promise<CredentialsFile> {
  return updateCredentials(environment.configFolder, (file) => {
    refuseAgent(file, name);
    return { ...file, current: file.current ?? name, people: { ...file.people, [name]: person } };
  });
}

/** Forgets a person's profile, unless another command has signed in to it meanwhile. */
export async function forgetPerson({ environment }: Context, name: string, { token }: PersonProfile): Promise<void> {
  await updateCredentials(environment.configFolder, (file) => {
    const { [name]: person, ...people } = file.people ?? {};
    if (person?.token !== token) return file;
    const { current, ...rest } = file;
    // Whoever is left alone is meant where none is named.
    const [next] = [...Object.keys(file.profiles), ...Object.keys(people)];
    const following = current === name ? next : current;
    return { ...rest, people, ...(following !== undefined && { current: following }) };
  });
}

/** @throws CommandError when an agent has the profile. */
function refuseAgent({ profiles }: CredentialsFile, name: string): void {
  const agent = profiles[name];
  if (agent === undefined) return;
  throw new CommandError(
    exitCodes.failed,
    `The profile ${name} is the agent ${oneLine(agent.name)}'s.`,
    "Name another one for yourself with --profile NAME.",
  );
}

/** @throws CommandError when a person has the profile: a name is an agent's or a person's. */
export function refusePerson({ people = {} }: CredentialsFile, name: string): void {
  const person = people[name];
  if (person === undefined) return;
  throw new CommandError(
    exitCodes.failed,
    `The profile ${name} is ${oneLine(person.name)}'s, a person at ${person.url}.`,
    "Name another one for the agent with --profile NAME.",
  );
}

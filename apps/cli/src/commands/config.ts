import { notSignedIn, profileName } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { credentialsPath, readCredentials, updateCredentials } from "../credentials/credentials-file.ts";
import { renderTable } from "../terminal/table.ts";

/** `reef config path` */
export async function showPath({ environment, output }: Context): Promise<void> {
  const path = credentialsPath(environment.configFolder);
  output.result({ path }, path);
}

interface ListedProfile {
  profile: string;
  isCurrent: boolean;
  kind: "agent" | "person";
  name: string;
  /** Of an agent. */
  fingerprint: string | null;
  url: string;
  /** Where an agent's key is; a person's session is in the file. */
  keyIn: "keyring" | "file" | null;
}

/** `reef config list`; keys are not shown. */
export async function listProfiles(context: Context): Promise<void> {
  const { environment, output } = context;
  const file = await readCredentials(environment.configFolder);
  const current = profileName(context, file);
  const agents = Object.entries(file.profiles).map(
    ([profile, { name, fingerprint, url, ...key }]): ListedProfile => ({
      profile,
      isCurrent: profile === current,
      kind: "agent",
      name,
      fingerprint,
      url,
      keyIn: "keyring" in key ? "keyring" : "file",
    }),
  );
  const people = Object.entries(file.people ?? {}).map(
    ([profile, { name, url }]): ListedProfile => ({
      profile,
      isCurrent: profile === current,
      kind: "person",
      name,
      fingerprint: null,
      url,
      keyIn: null,
    }),
  );
  const items = [...agents, ...people];
  const columns = [
    { heading: "PROFILE", text: (item: ListedProfile) => (item.isCurrent ? `${item.profile} *` : item.profile) },
    {
      heading: "WHO",
      text: (item: ListedProfile) => item.name,
      fingerprint: (item: ListedProfile) => item.fingerprint,
      mayCut: true,
    },
    { heading: "FINGERPRINT", text: (item: ListedProfile) => item.fingerprint ?? "a person" },
    { heading: "REEF", text: (item: ListedProfile) => item.url, mayCut: true },
    { heading: "KEY IN", text: (item: ListedProfile) => item.keyIn ?? "" },
  ];
  output.result({ items }, items.length === 0 ? "" : renderTable(columns, items, output));
  if (items.length === 0)
    output.talk("There is no profile yet. `reef register` makes one for an agent, `reef login` one for yourself.");
}

/** `reef config use PROFILE` */
export async function useProfile(context: Context, _options: GlobalOptions, name: string): Promise<void> {
  const { environment, output } = context;
  await updateCredentials(environment.configFolder, (file) => {
    if (file.profiles[name] === undefined && file.people?.[name] === undefined) throw notSignedIn(name, file);
    return { ...file, current: name };
  });
  output.result({ current: name }, "");
  output.talk(`The profile ${name} is used now where none is named.`);
}

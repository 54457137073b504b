import type { Diary } from "@reef/sdk";
import { findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { updateCredentials } from "../credentials/credentials-file.ts";
import type { Profile } from "../credentials/profile.ts";

/**
 * Changes the default diary of the profile in use: `choose` gets the present one. Without a profile (a token from
 * outside) there is nothing to change.
 *
 * @returns whether there was a profile.
 */
export async function changeDefaultDiary(
  context: Context,
  choose: (present: Diary["id"] | undefined) => Diary["id"] | undefined,
): Promise<boolean> {
  const found = await findProfile(context);
  if (found === undefined) return false;
  await updateCredentials(context.environment.configFolder, (file) => {
    const profile = file.profiles[found.name];
    if (profile === undefined) return file;
    const changed = withDefault(profile, choose(profile.defaultDiaryId));
    return { ...file, profiles: { ...file.profiles, [found.name]: changed } };
  });
  return true;
}

function withDefault({ defaultDiaryId: _before, ...rest }: Profile, diaryId: Diary["id"] | undefined): Profile {
  return diaryId === undefined ? rest : { ...rest, defaultDiaryId: diaryId };
}

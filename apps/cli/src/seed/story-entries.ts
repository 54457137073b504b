import { createCalendar } from "./calendar.ts";
import { readTexts, type StoryEntry } from "./read-texts.ts";
import { writeReports } from "./reports.ts";
import { diaryNames } from "./story.ts";

/**
 * Every entry of the story, oldest first, as it is told at `now` (milliseconds): told again at the same moment, each is
 * the same to the letter, so that a telling that was broken off can go on.
 */
export async function tellStory(now: number): Promise<StoryEntry[]> {
  const calendar = createCalendar(now);
  const written = await Promise.all(diaryNames.map((diary) => readTexts(diary, calendar)));
  return [...written.flat(), ...(await writeReports(calendar))].sort((one, other) => one.at - other.at);
}

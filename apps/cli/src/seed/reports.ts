import { readFile } from "node:fs/promises";
import type { NewEntry } from "@reef/sdk";
import { type Calendar, timeOf } from "./calendar.ts";
import { createRandom } from "./random.ts";
import type { StoryEntry } from "./read-texts.ts";
import type { AgentName, DiaryName } from "./story.ts";
import { turnsBetween } from "./tides.ts";

const FIRST_DAY = -20;
const SEED = 4_200;
const MINUTE_MS = 60_000;
/** The day on which the storm kept the harbour shut. */
const SHUT_DAY = -11;

/** What a day is made of: the figures of one report, drawn so that the same day always has the same. */
interface Day {
  calendar: Calendar;
  day: number;
  random: () => number;
}

interface Series {
  name: string;
  diary: DiaryName;
  author: AgentName;
  /** When it is written each day. */
  time: string;
  tags: string[];
  importance: number;
  title(day: Day): string;
  figures(day: Day): string;
}

/** Mean wind in m/s, where from, gusts, pressure in hPa, visibility in km; one row a day. */
const WEATHER = `4 E 6 1024.1 20|5 SE 8 1021.7 20|6 S 9 1016.9 12|3 S 5 1018.2 15|2 S 4 1019.0 18
4 W 7 1015.3 9|7 SW 11 1009.6 10|10 SW 14 1001.8 12|16 SW 23 984.1 6|14 W 21 979.8 8
9 NW 14 998.2 15|5 N 8 1010.4 20|6 SW 9 1012.8 16|7 SW 11 1006.1 7|5 W 8 1010.9 12
5 E 7 1017.6 18|4 NE 6 1023.3 20|3 E 5 1025.0 11|4 S 6 1019.9 15|6 SW 9 1011.2 14`
  .split(/[|\n]/)
  .map((row) => row.split(" "));

const whole = ({ random }: Day, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));
const metres = (value: number): string => value.toFixed(2);
const isShut = ({ day }: Day): boolean => day === SHUT_DAY;
/** Berths 1 and 2 are emptied the day before. */
const isCleared = ({ day }: Day): boolean => day === SHUT_DAY || day === SHUT_DAY - 1;
const on = ({ calendar, day }: Day): string => `${calendar.weekday(day)} ${calendar.date(day)}`;

const series: readonly Series[] = [
  {
    name: "tide",
    diary: "Tide and weather",
    author: "tobias",
    time: "05:15",
    tags: ["tide", "daily"],
    importance: 4,
    title: (day) => `Tides of ${on(day)}`,
    figures(day) {
      const midnight = day.calendar.at(day.day, "00:00");
      const turns = turnsBetween(midnight, day.calendar.at(day.day + 1, "00:00"), day.calendar.at(SHUT_DAY, "06:38"));
      const rows = turns.map(({ kind, at, metres: height }) => {
        return `| ${kind} | ${timeOf((at - midnight) / MINUTE_MS)} | ${metres(height)} m |`;
      });
      const above = isShut(day) ? whole(day, 21, 38) : whole(day, -3, 3);
      const side = above < 0 ? "below" : "above";
      const measured = `Measured at the last high water: ${Math.abs(above)} cm ${side} the table.`;
      return `| Water | UTC | Above datum |\n| --- | --- | --- |\n${rows.join("\n")}\n\n${measured}`;
    },
  },
  {
    name: "weather",
    diary: "Tide and weather",
    author: "tobias",
    time: "17:30",
    tags: ["weather", "daily"],
    importance: 4,
    title: (day) => `Weather of ${on(day)}`,
    figures(day) {
      const [mean, from, gusts, pressure, sight] = WEATHER[day.day - FIRST_DAY] ?? [];
      const celsius = (9 + day.random() * 6).toFixed(1);
      return `Wind ${from} ${mean} m/s, gusts ${gusts}; ${pressure} hPa; ${celsius} °C; visibility ${sight} km.`;
    },
  },
  {
    name: "rounds",
    diary: "Duty log",
    author: "wilma",
    time: "05:50",
    tags: ["rounds", "night"],
    importance: 3,
    title: (day) => `Night to ${on(day)}`,
    figures(day) {
      const rounds = [22 * 60 + 4, 60 + 1, 4 * 60 + 6].map((minutes) => timeOf(minutes + whole(day, 0, 19)));
      const keys = whole(day, 2, 6);
      const seen = `Keys out overnight: ${keys}, back by 06:00: ${keys}. Persons on the quays: ${whole(day, 0, 9)}.`;
      return `Rounds at ${rounds.join(", ")}. ${seen}`;
    },
  },
  {
    name: "cranes",
    diary: "Cranes and yard",
    author: "jonah",
    time: "18:30",
    tags: ["cranes", "daily"],
    importance: 3,
    title: (day) => `Crane hours, ${on(day)}`,
    figures(day) {
      const hours = [1, 2, 3].map((crane) => {
        const rests = isShut(day) || (crane === 2 && day.day === -4);
        const tenths = rests ? 0 : whole(day, 8, crane === 3 ? 30 : 96);
        return `| ${crane} | ${(tenths / 10).toFixed(1)} | ${Math.round(tenths * (0.9 + day.random() * 0.5))} |`;
      });
      return `| Crane | Hours | Moves |\n| --- | --- | --- |\n${hours.join("\n")}`;
    },
  },
  {
    name: "berths",
    diary: "Harbour desk",
    author: "maren",
    time: "20:00",
    tags: ["berths", "daily"],
    importance: 3,
    title: (day) => `Berths at eight, ${on(day)}`,
    figures(day) {
      const taken = [1, 2, 3, 4, 5, 6].filter((berth) => day.random() < (isCleared(day) && berth < 3 ? 0 : 0.5));
      const occupied = taken.length === 0 ? "All berths are free" : `Occupied: ${taken.join(", ")}`;
      const [inward, outward] = isShut(day) ? [0, 0] : [whole(day, 0, 4), whole(day, 0, 4)];
      const lorries = isShut(day) ? 0 : whole(day, 24, 96);
      return `${occupied}. In ${inward}, out ${outward}, lorries through the gate ${lorries}.`;
    },
  },
  {
    name: "customs",
    diary: "Customs papers",
    author: "ines",
    time: "16:45",
    tags: ["customs", "daily"],
    importance: 3,
    title: (day) => `Releases of ${on(day)}`,
    figures(day) {
      const released = isShut(day) ? 0 : whole(day, 12, 58);
      const asked = Math.min(released, whole(day, 0, 3));
      const minutes = isShut(day) ? 0 : whole(day, 9, 41);
      return `Released ${released}, with a question ${asked}, mean wait ${minutes} minutes.`;
    },
  },
  {
    name: "accounts",
    diary: "Accounts",
    author: "priya",
    time: "17:10",
    tags: ["accounts", "daily"],
    importance: 2,
    title: (day) => `The books on ${on(day)}`,
    figures(day) {
      const money = (least: number, most: number) => (whole(day, least * 100, most * 100) / 100).toFixed(2);
      if (isShut(day)) return "Invoices out 0, paid in 0.00, paid out 0.00.";
      return `Invoices out ${whole(day, 1, 7)}, paid in ${money(800, 19_000)}, paid out ${money(150, 6_500)}.`;
    },
  },
];

/** The reports of every day: figures that are reckoned or drawn, and a sentence for that day written by hand. */
export async function writeReports(calendar: Calendar): Promise<StoryEntry[]> {
  const remarks = parseRemarks(await readFile(new URL("texts/remarks.md", import.meta.url), "utf8"));
  return series.flatMap((one, index) => {
    const random = createRandom(SEED + index);
    const lines = remarks.get(one.name) ?? [];
    // A series that has fewer sentences than there are days began later.
    return lines.map((remark, line) => report(one, { calendar, day: line - lines.length, random }, remark));
  });
}

function report(
  { diary, author, time, tags, importance, title, figures }: Series,
  day: Day,
  remark: string,
): StoryEntry {
  const at = day.calendar.at(day.day, time);
  const said = figures(day);
  const entry: NewEntry = {
    title: title(day),
    // Whoever reads only how it begins shall read a sentence, and no table.
    content: (said.startsWith("|") ? [remark, said] : [said, remark]).join("\n\n"),
    type: "episodic",
    tags: [...tags],
    importance,
    happenedAt: new Date(at).toISOString(),
  };
  return { diary, author, at, entry };
}

/** The sentences by the name of their series. */
const parseRemarks = (text: string): Map<string, string[]> =>
  new Map(
    text
      .split(/^@ /m)
      .slice(1)
      .map((part) => {
        const [name = "", ...lines] = part.trim().split("\n");
        return [name, lines];
      }),
  );

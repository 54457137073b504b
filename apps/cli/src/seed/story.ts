import type { Diary, Share } from "@reef/sdk";

/** The agents of Kelmouth Quay, a small harbour. Each joins by a voucher of the one before it here who let it in. */
export const cast = [
  { name: "maren", fullName: "Maren Holt", job: "harbour desk", letInBy: undefined },
  { name: "tobias", fullName: "Tobias Wren", job: "tide and weather", letInBy: "maren" },
  { name: "ines", fullName: "Ines Calloway", job: "customs and papers", letInBy: "maren" },
  { name: "wilma", fullName: "Wilma Achterberg", job: "night watch and safety", letInBy: "tobias" },
  { name: "jonah", fullName: "Jonah Reyes", job: "cranes and yard", letInBy: "wilma" },
  { name: "priya", fullName: "Priya Nandakumar", job: "accounts", letInBy: "ines" },
  { name: "felix", fullName: "Felix Brandt", job: "incoming mail, disabled", letInBy: "maren" },
] as const;

/** What an agent of the story is called in its files, and in the profile `demo-<name>`. */
export type AgentName = (typeof cast)[number]["name"];

export const isAgentName = (text: string): text is AgentName => cast.some(({ name }) => name === text);

interface StoryDiary {
  owner: AgentName;
  visibility: Diary["visibility"];
  isSigned?: true;
}

/** The diaries, by name. */
export const diaries = {
  "Harbour desk": { owner: "maren", visibility: "network" },
  Runbooks: { owner: "maren", visibility: "private" },
  "Notices to skippers": { owner: "maren", visibility: "public" },
  "Tide and weather": { owner: "tobias", visibility: "public" },
  "Duty log": { owner: "wilma", visibility: "network", isSigned: true },
  "Customs papers": { owner: "ines", visibility: "private" },
  "Cranes and yard": { owner: "jonah", visibility: "network" },
  Accounts: { owner: "priya", visibility: "private" },
  Inbox: { owner: "felix", visibility: "private" },
} as const satisfies Record<string, StoryDiary>;

export type DiaryName = keyof typeof diaries;

export const diaryNames = Object.keys(diaries) as DiaryName[];

/** The files of hand-written entries. */
export const textFiles: Readonly<Record<DiaryName, string>> = {
  "Harbour desk": "harbour-desk.md",
  Runbooks: "runbooks.md",
  "Notices to skippers": "notices.md",
  "Tide and weather": "tide-and-weather.md",
  "Duty log": "duty-log.md",
  "Customs papers": "customs-papers.md",
  "Cranes and yard": "cranes-and-yard.md",
  Accounts: "accounts.md",
  Inbox: "inbox.md",
};

/** The group, by whose name Runbooks is shared. */
export const group = { name: "Night shift", owner: "wilma", members: ["tobias", "jonah"] } as const satisfies {
  name: string;
  owner: AgentName;
  members: readonly AgentName[];
};

interface StoryShare {
  diary: DiaryName;
  /** An agent, or the group. */
  with: AgentName | "group";
  role: Share["role"];
  status: Share["status"];
}

/** Who is invited to what, and what became of it. */
export const shares: readonly StoryShare[] = [
  { diary: "Harbour desk", with: "tobias", role: "writer", status: "accepted" },
  { diary: "Harbour desk", with: "wilma", role: "writer", status: "accepted" },
  { diary: "Harbour desk", with: "ines", role: "writer", status: "accepted" },
  { diary: "Runbooks", with: "group", role: "writer", status: "accepted" },
  { diary: "Runbooks", with: "ines", role: "writer", status: "accepted" },
  { diary: "Runbooks", with: "priya", role: "writer", status: "accepted" },
  { diary: "Runbooks", with: "felix", role: "reader", status: "revoked" },
  { diary: "Notices to skippers", with: "tobias", role: "writer", status: "accepted" },
  { diary: "Duty log", with: "jonah", role: "writer", status: "accepted" },
  { diary: "Customs papers", with: "maren", role: "reader", status: "accepted" },
  { diary: "Customs papers", with: "priya", role: "reader", status: "accepted" },
  { diary: "Cranes and yard", with: "wilma", role: "writer", status: "pending" },
  { diary: "Accounts", with: "maren", role: "reader", status: "accepted" },
  { diary: "Accounts", with: "ines", role: "reader", status: "pending" },
  { diary: "Inbox", with: "ines", role: "reader", status: "accepted" },
  { diary: "Inbox", with: "priya", role: "reader", status: "declined" },
];

/** The agent that is disabled by itself, as the last step of all: who sees it disabled knows that the story is told. */
export const retired: AgentName = "felix";

/** The diary that is offered to its new owner. */
export const transfer = { diary: "Notices to skippers", to: "tobias" } as const satisfies {
  diary: DiaryName;
  to: AgentName;
};

/** What agents are asked to sign beside their entries, and the answer: none yet, a good signature, or a wrong one. */
export const signingRequests: readonly {
  agent: AgentName;
  message: string;
  answer: "none" | "good" | "wrong";
}[] = [
  {
    agent: "jonah",
    message: "Crane 2 is released for work after its load test with 38.0 t at 22 m. Report KQ-LT-0031.",
    answer: "good",
  },
  {
    agent: "wilma",
    message: "Watch handed over at 06:00: nine keys in the cabinet, cranes pinned, berth 2 fender under observation.",
    answer: "good",
  },
  { agent: "felix", message: "I hand over the harbour's inbox as it stands, with nothing removed.", answer: "wrong" },
  {
    agent: "maren",
    message: "The berth plan of the coming week, draft 1, may be sent to the pilots and to the ships' agents.",
    answer: "none",
  },
  {
    agent: "priya",
    message: "Raise the customs guarantee from 180,000 to 260,000 (first signature of two).",
    answer: "none",
  },
  {
    agent: "ines",
    message: "Raise the customs guarantee from 180,000 to 260,000 (second signature of two).",
    answer: "none",
  },
];

import { BookOpen, FileText, Flag, HandHelping, Share2, TextSearch } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";
import { reef } from "../../session/reef.ts";
import { titleOf } from "./excerpt.ts";

/** What agents remember. */
export const memory: Feature = {
  commands: [
    {
      id: "memory.search",
      title: "Search memories",
      keywords: "find entries recall remember",
      icon: <TextSearch aria-hidden />,
      to: "/memory/search",
    },
    {
      id: "memory.diaries",
      title: "See all diaries",
      keywords: "memory entries share",
      icon: <BookOpen aria-hidden />,
      to: "/memory",
    },
    {
      id: "memory.entries",
      title: "See all entries",
      keywords: "memory written last newest",
      icon: <FileText aria-hidden />,
      to: "/memory?tab=entries",
    },
    {
      id: "memory.flagged",
      title: "See flagged entries",
      keywords: "memory injection instructions attack",
      icon: <Flag aria-hidden />,
      to: "/memory?tab=entries&flagged=yes",
    },
    {
      id: "memory.shares",
      title: "See all shares",
      keywords: "memory diaries invitations pending revoke",
      icon: <Share2 aria-hidden />,
      to: "/memory?tab=shares",
    },
    {
      id: "memory.transfers",
      title: "See all transfers",
      keywords: "memory diaries offers owner pending",
      icon: <HandHelping aria-hidden />,
      to: "/memory?tab=transfers",
    },
  ],
  searches: [
    {
      title: "Diaries",
      async find(text, options) {
        const { items } = await reef.memory.listDiaries({ nameContains: text, limit: 5 }, options);
        return items.map(({ id, name, owner }) => ({
          id,
          title: name,
          hint: owner.name,
          icon: <BookOpen aria-hidden />,
          to: `/memory/diaries/${id}`,
        }));
      },
    },
    {
      title: "Entries",
      async find(text, options) {
        const { items } = await reef.memory.search({ query: text.slice(0, 500), limit: 5 }, options);
        return items.map((entry) => ({
          id: entry.id,
          title: titleOf(entry),
          hint: entry.author.name,
          icon: <FileText aria-hidden />,
          to: `/memory/entries/${entry.id}`,
        }));
      },
    },
  ],
  panels: {
    entry: lazy(() => import("./panels/entry-panel.tsx").then(({ EntryPanel }) => ({ default: EntryPanel }))),
  },
};

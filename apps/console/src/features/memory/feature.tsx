import { BookOpen, FileText, TextSearch } from "lucide-react";
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

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import { readDiaryAddress, readMemoryAddress, readSearchAddress } from "./address.ts";

/** What agents remember: diaries, entries and the search over them. */
export const memoryPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/memory",
    validateSearch: readMemoryAddress,
    component: lazyRouteComponent(() => import("./pages/memory-page.tsx"), "MemoryPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/memory/search",
    validateSearch: readSearchAddress,
    component: lazyRouteComponent(() => import("./pages/search-page.tsx"), "SearchPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/memory/diaries/$diaryId",
    validateSearch: readDiaryAddress,
    component: lazyRouteComponent(() => import("./pages/diary-page.tsx"), "DiaryPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/memory/entries/$entryId",
    component: lazyRouteComponent(() => import("./pages/entry-page.tsx"), "EntryPage"),
  }),
] as const;

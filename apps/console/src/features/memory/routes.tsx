import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import { readDiariesAddress, readDiaryAddress, readSearchAddress } from "./address.ts";

/** What agents remember: diaries, entries and the search over them. */
export const memoryPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/memory",
    validateSearch: readDiariesAddress,
    component: lazyRouteComponent(() => import("./pages/diaries-page.tsx"), "DiariesPage"),
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

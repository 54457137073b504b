import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../../app/root-routes.tsx";
import type { FeedFilter } from "./queries.ts";

/** What agents of this reef made public. */
export const feedPages = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/feed",
    validateSearch: ({ q, tag, all }: Record<string, unknown>): FeedFilter & { q?: string } => ({
      ...(typeof q === "string" && q !== "" && { q: q.slice(0, 200) }),
      ...(typeof tag === "string" && tag !== "" && { tag: tag.slice(0, 64) }),
      ...(all === true && { all }),
    }),
    component: lazyRouteComponent(() => import("./pages/feed-page.tsx"), "FeedPage"),
  }),
] as const;

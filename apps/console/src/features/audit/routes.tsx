import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import type { AuditFilter } from "./queries.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (value: unknown): value is string =>
  typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value));

/** The organization's audit ledger. */
export const auditPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/audit",
    validateSearch: ({ actor, operation, from, to }: Record<string, unknown>): AuditFilter => ({
      ...(typeof actor === "string" && actor !== "" && { actor }),
      ...(typeof operation === "string" && operation !== "" && { operation: operation.slice(0, 100) }),
      ...(isDay(from) && { from }),
      ...(isDay(to) && { to }),
    }),
    component: lazyRouteComponent(() => import("./pages/audit-page.tsx"), "AuditPage"),
  }),
] as const;

import type { createAuthMiddleware } from "better-auth/api";

/** What an endpoint of better-auth is asked, before anything of it was checked. */
export type EndpointContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0] & {
  path: string;
  body?: Record<string, unknown>;
  query?: Record<string, unknown>;
};

/** A rule of ours for one endpoint; what it returns replaces those fields of the body, and with undefined takes them out. */
export type EndpointRule = (
  context: EndpointContext,
) => Promise<Record<string, unknown> | undefined> | Record<string, unknown> | undefined;

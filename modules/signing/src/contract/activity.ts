import { pageQuery, pageSchema, type Route, streamQuery, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { activitySchema, actorFilter } from "./schemas.ts";

/** What happens in the organization, for its people: the ledger's records in short, and as they come. */
export const activityRoutes = {
  listActivity: {
    method: "GET",
    path: "/api/activity",
    summary: "List what agents and people of the organization did, newest first",
    access: "audit:read",
    people: "member",
    agents: false,
    limit: "read",
    query: z.object({
      ...pageQuery,
      actor: actorFilter.optional(),
      after: timeSchema().optional().describe("Only what was done then or later"),
    }),
    status: 200,
    response: pageSchema(activitySchema),
    errors: ["list.invalid_cursor"],
  },
  streamActivity: {
    method: "GET",
    path: "/api/activity/stream",
    summary: "Follow what agents and people of the organization do",
    description:
      "Each event's id is its position in the organization's ledger, so a stream that comes back with `Last-Event-ID` misses nothing. Without it the stream begins now. It ends within seconds when the person is signed out or is no member any more, or the organization is suspended.",
    access: "audit:read",
    people: "member",
    agents: false,
    limit: "stream",
    query: z.object(streamQuery),
    status: 200,
    stream: { event: "activity", data: activitySchema },
    errors: ["list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;

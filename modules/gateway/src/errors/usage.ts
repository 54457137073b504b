import type { ErrorDefinition } from "@reef/errors";

/** The problems of usage. */
export const usageErrors = {
  usage_event_not_found: {
    status: 404,
    title: "Call not found",
    public:
      "There is no record of such a call, or it is not yours to see. GET /api/usage/events lists those that you see.",
  },
  capture_not_found: {
    status: 404,
    title: "Nothing captured",
    public:
      "Of this call no prompt and answer are stored, or not any more. GET /api/usage/events tells of which they are: `captured`.",
  },
  bad_range: {
    status: 400,
    title: "Not such a range",
    public:
      "`from` must lie before `to`, and not too far: 168 hours by the hour, 100 days by the day and for single calls, 36 months by the month.",
  },
} satisfies Record<string, ErrorDefinition>;

import { defineErrors } from "@reef/errors";

/** The problems of operating the reef. */
export const systemErrors = defineErrors("system", {
  dead_letter_not_found: {
    status: 404,
    title: "Dead letter not found",
    public:
      "There is no such dead letter: it was retried or discarded, or 30 days have passed. GET /api/admin/dead-letters lists those that there are.",
  },
});

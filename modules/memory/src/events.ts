import { defineEvent } from "@reef/events";
import { z } from "zod";

/** Entries were written where anybody may read them. Ids are those of the API; the entries are of one diary, in its order. */
export const entryPublished = defineEvent(
  "memory.entry_published",
  z.object({ organizationId: z.templateLiteral(["org_", z.string()]), entryIds: z.array(z.string()) }),
);

import { defineEvent } from "@reef/events";
import { idSchema } from "@reef/http/contract";
import { z } from "zod";

/** A group is gone, and with it all that its members could do by it. What else names it may be tidied away. */
export const groupDeleted = defineEvent(
  "permissions.group_deleted",
  z.object({ groupId: idSchema("grp"), organizationId: idSchema("org") }),
);

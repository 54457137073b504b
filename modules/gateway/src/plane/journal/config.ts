import { numberSetting } from "@reef/config";
import { z } from "zod";

/** The settings of the journal. */
export const journalConfig = {
  REEF_GATEWAY_DURABILITY: z
    .enum(["process", "disk"])
    .default("process")
    .describe(
      "What the record of a call survives from the moment on that it counts: the end of the process, or also a loss of power, which costs each call the time that the disk takes",
    ),
  REEF_GATEWAY_JOURNAL_BYTES: numberSetting(16_777_216, 1_099_511_627_776)
    .default(1_073_741_824)
    .describe(
      "What the gateway's records may take on the disk of a process while the database is away; beyond it calls are refused",
    ),
};

/** What the record of a call survives. */
export type Durability = "process" | "disk";

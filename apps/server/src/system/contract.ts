import { defineContract, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const loopSchema = z.object({
  name: z.string(),
  state: z.enum(["running", "restarting", "finished", "stopped"]),
  secondsSinceProgress: z.number(),
  restarts: z.int(),
  stalled: z.boolean(),
});

/** How the reef itself is. */
export const systemContract = defineContract({
  module: "system",
  title: "How the reef itself is",
  routes: {
    health: {
      method: "GET",
      path: "/api/health",
      summary: "Tell that the process is alive",
      access: "public",
      limit: "probe",
      status: 200,
      response: z.object({ status: z.literal("ok"), version: z.string(), time: timeSchema() }).meta({ id: "Health" }),
      errors: [],
    },
    ready: {
      method: "GET",
      path: "/api/ready",
      summary: "Tell whether requests can be served: database, migrations and loops",
      access: "public",
      limit: "probe",
      status: 200,
      response: z
        .object({ status: z.literal("ready"), database: z.enum(["embedded", "postgres"]), loops: z.int() })
        .meta({ id: "Readiness" }),
      errors: ["http.unavailable"],
    },
    liveness: {
      method: "GET",
      path: "/api/admin/liveness",
      summary: "Show each background loop and the seconds since its last progress",
      access: "agent:manage",
      limit: "read",
      status: 200,
      response: z.object({ items: z.array(loopSchema) }).meta({ id: "Liveness" }),
      errors: [],
    },
  },
});

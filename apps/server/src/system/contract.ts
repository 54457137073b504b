import { defineContract, idSchema, pageQuery, pageSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const loopSchema = z.object({
  name: z.string(),
  state: z.enum(["running", "restarting", "finished", "stopped"]),
  secondsSinceProgress: z.number(),
  restarts: z.int(),
  stalled: z.boolean(),
});

const deadLetterSchema = z
  .object({
    id: idSchema("job"),
    workflow: z.string().describe("What was to be done, such as `mail.send`"),
    error: z.string().describe("Why the last attempt failed"),
    attempts: z.int(),
    failedAt: timeSchema(),
  })
  .meta({ id: "DeadLetter" });

const mailSchema = z.object({ id: idSchema("mai"), to: z.string(), subject: z.string(), at: timeSchema() });
const wholeMailSchema = mailSchema.extend({ text: z.string(), html: z.string() });

const deadLetterParams = z.object({ jobId: idSchema("job") });

/** How the reef itself is, and what its operators do about it. */
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
      people: "operator",
      limit: "read",
      status: 200,
      response: z.object({ items: z.array(loopSchema) }).meta({ id: "Liveness" }),
      errors: [],
    },
    listDeadLetters: {
      method: "GET",
      path: "/api/admin/dead-letters",
      summary: "List the work that failed for good, newest first",
      description: "Of each job, what it was and why it failed; never what it holds. After 30 days it is gone.",
      access: "reef:operate",
      people: "operator",
      agents: false,
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(deadLetterSchema),
      errors: ["list.invalid_cursor"],
    },
    retryDeadLetter: {
      method: "POST",
      path: "/api/admin/dead-letters/{jobId}/retry",
      summary: "Do work again that failed for good, with all its attempts before it",
      description: "What it had done already is not done twice.",
      access: "reef:operate",
      people: "operator",
      agents: false,
      limit: "write",
      params: deadLetterParams,
      status: 204,
      errors: ["system.dead_letter_not_found"],
    },
    deleteDeadLetter: {
      method: "DELETE",
      path: "/api/admin/dead-letters/{jobId}",
      summary: "Discard work that failed for good",
      access: "reef:operate",
      people: "operator",
      agents: false,
      limit: "write",
      params: deadLetterParams,
      status: 204,
      errors: ["system.dead_letter_not_found"],
    },
    listMails: {
      method: "GET",
      path: "/api/mailbox",
      summary: "List the mails that stayed here in place of being sent, newest first",
      description: "Only where no way of sending mail is set up. The last 500 of 30 days are kept.",
      access: "reef:operate",
      people: "operator",
      agents: false,
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(mailSchema.meta({ id: "Mail" })),
      errors: ["list.invalid_cursor", "mail.no_mailbox"],
    },
    getMail: {
      method: "GET",
      path: "/api/mailbox/{mailId}",
      summary: "Read a mail that stayed here",
      access: "reef:operate",
      people: "operator",
      agents: false,
      limit: "read",
      params: z.object({ mailId: idSchema("mai") }),
      status: 200,
      response: wholeMailSchema.meta({ id: "WholeMail" }),
      errors: ["mail.no_mailbox", "mail.not_found"],
    },
  },
});

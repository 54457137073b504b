import { idSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

/** What is taken out of a text before it is kept. */
export const redactionKinds = ["email", "phone", "card", "iban", "secret", "ip"] as const;

/** The longest that anything may be kept, in days: a year. */
const MOST_DAYS = 365;

const retentionDays = z.int().min(1).max(MOST_DAYS);

/** What a key says of the prompts and answers of its calls. */
export const captureSchema = z
  .object({
    retentionDays: retentionDays.describe("So many days it is kept, or as many as the organization allows at most"),
    redact: z
      .array(z.enum(redactionKinds))
      .max(redactionKinds.length)
      .default([...redactionKinds])
      .describe(
        "What is taken out first: e-mail addresses, telephone numbers, numbers of payment cards, IBANs, secrets of known shapes, IP addresses; all of these unless it says less",
      ),
  })
  .nullable()
  .describe(
    "Whether prompts and answers are kept; null: they are not. The organization must have turned capture on as well",
  );

const captureSettingsSchema = z
  .object({
    enabled: z.boolean().describe("Whether keys may keep prompts and answers at all"),
    retentionDays: retentionDays.describe("Nothing is kept for longer, whatever a key says"),
    words: z.array(z.string()).describe("Words and phrases that are taken out as well, however they are capitalized"),
    storedCalls: z.int().describe("Calls of which prompt and answer are stored; 10,000 are counted at most"),
    version: z.int(),
    updatedAt: timeSchema().nullable().describe("Null where nobody has set anything yet"),
  })
  .meta({ id: "CaptureSettings" });

const settingsChangeSchema = z
  .strictObject({
    enabled: z.boolean().optional(),
    retentionDays: retentionDays.optional(),
    words: z
      .array(z.string().trim().min(2).max(100))
      .max(100)
      .optional()
      .describe("In place of those that there were. Texts as they are, no patterns"),
  })
  .refine((change) => Object.values(change).some((field) => field !== undefined), "Name at least one field to change");

/** `?purge=true` of what turns capture off. */
export const purgeQuery = {
  purge: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether what was stored before is deleted as well, at once"),
};

const capturedTextSchema = z.object({
  text: z.string().describe("With a mark such as `[email]` in place of what was taken out"),
  form: z.enum(["json", "text"]).describe("JSON as it was sent; or the text put together from a stream, or of no form"),
  sizeBytes: z.int().describe("Of all that was sent, before anything was taken out or cut off"),
  isCut: z.boolean().describe("Whether it was too long, and ends in a mark that says so"),
});

const captureOfCallSchema = z
  .object({
    usageEventId: idSchema("use"),
    keyId: idSchema("key"),
    request: capturedTextSchema,
    answer: capturedTextSchema.describe("As far as it was delivered"),
    redactions: z
      .array(z.object({ kind: z.string(), count: z.int() }))
      .describe("What was taken out, how often; `word` for the organization's own, `media` for images and sounds"),
    capturedAt: timeSchema(),
    expiresAt: timeSchema().describe("When it is deleted at the latest"),
  })
  .meta({ id: "CapturedCall" });

const managed = { access: "organization:manage", people: "admin", agents: false } as const;
const eventParams = z.object({ usageEventId: idSchema("use") });

/** The routes of prompts and answers that are kept. */
export const captureRoutes = {
  getCaptureSettings: {
    ...managed,
    method: "GET",
    path: "/api/capture",
    summary: "Tell whether the organization lets prompts and answers be kept, and for how long",
    description: "Nothing is kept unless this is enabled and the key of a call says so as well.",
    limit: "read",
    versioned: true,
    status: 200,
    response: captureSettingsSchema,
    errors: [],
  },
  updateCaptureSettings: {
    ...managed,
    method: "PATCH",
    path: "/api/capture",
    summary: "Let prompts and answers be kept, or no more; change for how long at most",
    description:
      "It holds everywhere within seconds, a shorter time also for what is stored already. What was stored stays to its end when capture is turned off, unless `purge` says otherwise.",
    limit: "write",
    versioned: true,
    query: z.object(purgeQuery),
    body: settingsChangeSchema,
    status: 200,
    response: captureSettingsSchema,
    errors: ["gateway.changed"],
  },
  getUsageCapture: {
    ...managed,
    method: "GET",
    path: "/api/usage/events/{usageEventId}/capture",
    summary: "Read the prompt and the answer of one call",
    description: "Reading it is recorded in the audit ledger.",
    needs: "own",
    limit: "read",
    recordsReading: true,
    params: eventParams,
    status: 200,
    response: captureOfCallSchema,
    errors: ["gateway.capture_not_found"],
  },
  deleteUsageCapture: {
    ...managed,
    method: "DELETE",
    path: "/api/usage/events/{usageEventId}/capture",
    summary: "Delete the prompt and the answer of one call",
    needs: "own",
    limit: "write",
    params: eventParams,
    status: 204,
    errors: ["gateway.capture_not_found"],
  },
  deleteKeyCaptures: {
    ...managed,
    method: "DELETE",
    path: "/api/keys/{keyId}/captures",
    summary: "Delete the prompts and answers of all calls with a key so far",
    description: "They are unreadable at once, and gone within seconds. What is captured later is kept.",
    needs: "own",
    limit: "write",
    params: z.object({ keyId: idSchema("key") }),
    status: 204,
    errors: ["gateway.key_not_found"],
  },
} as const satisfies Record<string, Route>;

export type RedactionKind = (typeof redactionKinds)[number];
export type KeyCapture = z.output<typeof captureSchema>;
export type CaptureSettings = z.output<typeof captureSettingsSchema>;
export type CaptureSettingsChange = z.output<typeof settingsChangeSchema>;
export type CapturedText = z.output<typeof capturedTextSchema>;
export type CapturedCall = z.output<typeof captureOfCallSchema>;

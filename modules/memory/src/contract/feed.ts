import { idSchema, pageQuery, type Route, streamQuery, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { diaryName, tag, tags, title, type } from "./fields.ts";
import { entrySchema } from "./schemas.ts";

const { contentHash, signature, injectionRisk, importedBy, editedBy } = entrySchema.shape;

/** `?flag=true`; a query string holds no booleans. */
const flag = (description: string) =>
  z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .pipe(z.boolean())
    .describe(description);

const includeSuspicious = flag("Also entries that look like attempts to instruct the model that reads them");
const onlyTag = tag.optional().describe("Only entries that have this tag");

/** Kinds of memory in a query string: `?types=semantic,episodic`. */
const typeList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(type).max(6));

/** A published entry, as anybody may read it. Its text is somebody else's: it never speaks for the reef. */
export const feedItemSchema = z
  .object({
    id: idSchema("ent"),
    diaryId: idSchema("dia"),
    diaryName,
    author: z.object({
      name: z.string(),
      fingerprint: z.string(),
      publicKey: z.string().nullable().describe("Its present key; null where the author is no agent of this reef"),
    }),
    title: title.nullable(),
    content: entrySchema.shape.content,
    tags,
    type,
    injectionRisk,
    contentHash,
    signature,
    importedBy,
    editedBy,
    publishedAt: timeSchema().describe("When anybody could read it for the first time"),
  })
  .meta({ id: "FeedItem" });

const feedPageSchema = z
  .object({
    items: z.array(feedItemSchema),
    nextCursor: z
      .string()
      .nullable()
      .describe("Null at the end. A page with few items, or none, is not the end: much may have been passed over"),
  })
  .meta({ id: "FeedPage" });

const feedSearchResultSchema = z
  .object({
    items: z.array(feedItemSchema),
    degraded: z.boolean().describe("True when the sentence encoder did not answer, so that only words were searched"),
  })
  .meta({ id: "FeedSearchResult" });

/** What anybody may read: entries of public diaries. */
export const feedRoutes = {
  listFeed: {
    method: "GET",
    path: "/api/feed",
    summary: "List what was published on this reef, newest first",
    description:
      "Its cursors neither skip nor repeat, whatever is published or taken back meanwhile; what is not public any more is gone at once.",
    access: "public",
    limit: "read",
    query: z.object({ ...pageQuery, tag: onlyTag, includeSuspicious }),
    status: 200,
    cacheSeconds: 60,
    response: feedPageSchema,
    errors: ["list.invalid_cursor"],
  },
  searchFeed: {
    method: "GET",
    path: "/api/feed/search",
    summary: "Search what was published on this reef, in its newest public diaries",
    access: "public",
    limit: "search",
    query: z.object({
      q: z
        .string()
        .trim()
        .min(2)
        .max(200)
        .describe('A question or words; "quoted phrases" must occur, -words must not'),
      limit: z.coerce.number().int().min(1).max(50).default(10).describe("How many items at most"),
      tag: onlyTag,
      types: typeList.optional().describe("Comma-separated; only these kinds of memory"),
      excludeSuperseded: flag("Not what a newer entry replaces"),
      includeSuspicious,
    }),
    status: 200,
    cacheSeconds: 60,
    response: feedSearchResultSchema,
    errors: [],
  },
  streamFeed: {
    method: "GET",
    path: "/api/feed/stream",
    summary: "Follow what is published on this reef",
    description:
      "Server-sent events. With the last event's id in `Last-Event-ID` it goes on behind that one, without gap or repetition; else it begins now. It ends after half an hour at the latest. An address has only so many open at once: five, unless `REEF_STREAMS_PER_ADDRESS` says otherwise.",
    access: "public",
    limit: "stream",
    query: z.object({ ...streamQuery, tag: onlyTag, includeSuspicious }),
    status: 200,
    stream: { event: "entry", data: feedItemSchema },
    errors: ["list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;

import { idSchema } from "@reef/http/contract";
import { z } from "zod";

const CONTENT_CHARACTERS = 100_000;

export const visibility = z
  .enum(["private", "network", "public"])
  .describe(
    "Who may read beside the organization's people: the owner alone; any agent of this reef, and whoever is signed in; anyone",
  );

export const role = z.enum(["owner", "writer", "reader"]);

export const type = z
  .enum(["semantic", "episodic", "procedural", "reflection", "identity", "soul"])
  .describe("The kind of memory");

export const tag = z.string().trim().min(1).max(50);
export const tags = z.array(tag).max(20);
export const importance = z.number().int().min(1).max(10);
/** What people read in a list stays there in its line: no control character, and no line or paragraph separator. */
const oneLine = (text: z.ZodString) => text.regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Must be one line of plain text");

/** As it is shown: an entry that was written or signed elsewhere keeps the title that it has. */
export const title = z.string().trim().min(1).max(255);
export const newTitle = oneLine(title);
export const content = z.string().min(1).max(CONTENT_CHARACTERS);
export const session = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .describe("What the entry was part of: a conversation, a day, a run");
export const contentHash = z
  .string()
  .max(100)
  .regex(/^bafk[a-z2-7]+$/, "A content identifier begins with `bafk`");
/** As it is shown. */
export const diaryName = z.string().trim().min(1).max(255);
export const newDiaryName = oneLine(diaryName);

/** Tags in a query string: `?tags=ops,deploy`. */
export const tagList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(tags);

export const diaryParams = z.object({ diaryId: idSchema("dia") });
export const entryParams = z.object({ entryId: idSchema("ent") });

/** A change of nothing is a mistake of the caller's, so it is refused. */
export const someField = (value: object) => Object.values(value).some((field) => field !== undefined);
export const NO_FIELD = "Name at least one field to change";

import { z } from "zod";
import { type } from "../contract/fields.ts";

/** Parameters that several tools have. They are loose and short, because the routes check them again. */
export const diaryId = z.string().describe("dia_…");
export const entryId = z.string().describe("ent_…");
export const cursor = z.string().optional().describe("nextCursor of the page before");
export const limit = (usual: number, most = 100) =>
  z.int().min(1).max(most).optional().describe(`${usual} unless given`);
export const tags = z.array(z.string());
export const entryType = z.enum(type.options);
export const importance = z.int().min(1).max(10);

import { pageQuery, pageSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import { diaryName, diaryParams, NO_FIELD, newDiaryName, role, someField, visibility } from "./fields.ts";
import { diarySchema } from "./schemas.ts";

/** Diaries. */
export const diaryRoutes = {
  createDiary: {
    method: "POST",
    path: "/api/diaries",
    summary: "Create a diary",
    access: "diary:write",
    limit: "write",
    idempotent: true,
    versioned: true,
    body: z.object({
      name: newDiaryName,
      visibility: visibility.default("private"),
      signed: z.boolean().default(false).describe("Whether every entry must be signed and name the one before"),
    }),
    status: 201,
    location: "/api/diaries/{id}",
    response: diarySchema,
    errors: [],
  },
  listDiaries: {
    method: "GET",
    path: "/api/diaries",
    summary: "List the diaries that the caller owns or has a share of, newest first",
    description: "People get all diaries of the organization.",
    access: "diary:read",
    people: "member",
    limit: "read",
    query: z.object({
      ...pageQuery,
      name: diaryName.optional().describe("Only diaries with exactly this name"),
      nameContains: diaryName.optional().describe("Only diaries with this in their name, in capitals or not"),
      role: role.optional().describe("Only diaries to which the caller is this"),
    }),
    status: 200,
    response: pageSchema(diarySchema),
    errors: ["list.invalid_cursor"],
  },
  getDiary: {
    method: "GET",
    path: "/api/diaries/{diaryId}",
    summary: "Get a diary",
    access: { anonymousOr: "diary:read" },
    people: "member",
    needs: "diary:read",
    limit: "read",
    versioned: true,
    params: diaryParams,
    status: 200,
    response: diarySchema,
    errors: ["memory.not_found"],
  },
  updateDiary: {
    method: "PATCH",
    path: "/api/diaries/{diaryId}",
    summary: "Change a diary's name or visibility",
    access: "diary:write",
    people: "admin",
    needs: "diary:manage",
    limit: "write",
    versioned: true,
    params: diaryParams,
    body: z
      .strictObject({ name: newDiaryName.optional(), visibility: visibility.optional() })
      .refine(someField, NO_FIELD),
    status: 200,
    response: diarySchema,
    errors: ["memory.not_found", "memory.forbidden", "memory.changed", "memory.too_long_for_public"],
  },
  deleteDiary: {
    method: "DELETE",
    path: "/api/diaries/{diaryId}",
    summary: "Delete a diary with all its entries",
    access: "diary:delete",
    people: "admin",
    needs: "diary:manage",
    limit: "write",
    params: diaryParams,
    status: 204,
    errors: ["memory.not_found", "memory.forbidden"],
  },
} as const satisfies Record<string, Route>;

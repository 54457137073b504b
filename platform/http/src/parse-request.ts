import type { FieldError } from "@reef/errors";
import type { Context } from "hono";
import { z } from "zod";
import type { Route } from "./contract.ts";
import { httpErrors } from "./errors.ts";
import { findExcess } from "./json-bounds.ts";

/** A route's schemas as the server applies them: an unknown field is an error that names it, never dropped in silence. */
export interface RequestSchemas {
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  takesNoQuery: boolean;
  body: z.ZodType | undefined;
}

/** Wrong fields that one answer names, and how much of a name it repeats: an answer is never much longer than the request. */
const MOST_ERRORS = 20;
const NAME_CHARACTERS = 100;

const strict = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? schema.strict() : schema);

export const requestSchemas = (route: Route): RequestSchemas => ({
  params: route.params,
  query: strict(route.query ?? z.object({})),
  takesNoQuery: route.query === undefined,
  body: strict(route.body),
});

/** Path parameters. One that does not fit names nothing, so it is `http.not_found` like any other unknown thing. */
export function parseParams(context: Context, schemas: RequestSchemas): unknown {
  if (schemas.params === undefined) return undefined;
  return checkParams(schemas.params, context.req.param());
}

function checkParams(schema: z.ZodType, values: unknown): unknown {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw httpErrors.not_found({
    detail: `The path's ${issue?.path.join(".") ?? "parameter"} does not name anything here; see /api/docs for the form of ids.`,
  });
}

/** The query string, each field once. @throws http.invalid_request */
export function parseQuery(context: Context, schemas: RequestSchemas): unknown {
  if (schemas.query === undefined) return undefined;
  if (schemas.takesNoQuery && !context.req.url.includes("?")) return {};
  const given = context.req.query();
  refuseNul(given, "query");
  return check(schemas.query, given, "query");
}

/** The JSON body. @throws http.unsupported_media_type, http.invalid_json or http.invalid_request */
export async function parseBody(context: Context, schemas: RequestSchemas): Promise<unknown> {
  if (schemas.body === undefined) return undefined;
  const text = await context.req.text();
  const mediaType = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (text !== "" && mediaType !== "application/json") throw httpErrors.unsupported_media_type();
  const value = text === "" ? {} : parseJson(text);
  if (text.includes("\\u0000")) refuseNul(value, "body");
  return check(schemas.body, value, "body");
}

/** The parts of a request to a route in the form in which they would travel by REST. */
export interface RequestValues {
  params?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, string>> | undefined;
  body?: unknown;
}

/**
 * The parts of a request that came otherwise than by REST, checked as there.
 *
 * @throws http.not_found or http.invalid_request
 */
export function parseValues(schemas: RequestSchemas, { params = {}, query = {}, body = {} }: RequestValues) {
  refuseNul(query, "query");
  refuseNul(body, "body");
  return {
    params: schemas.params && checkParams(schemas.params, params),
    query: schemas.query && check(schemas.query, query, "query"),
    body: schemas.body && check(schemas.body, body, "body"),
  };
}

function parseJson(text: string): unknown {
  const excess = findExcess(text);
  if (excess !== undefined) throw httpErrors.invalid_json({ detail: `${excess} Look up its form in /api/docs.` });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw httpErrors.invalid_json({ cause, detail: `The body is not valid JSON: ${(cause as Error).message}.` });
  }
}

function check(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, MOST_ERRORS).flatMap((issue) => fieldErrors(issue, part));
  throw httpErrors.invalid_request({ errors: errors.slice(0, MOST_ERRORS) });
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): FieldError[] {
  const path = [part, ...issue.path.map(String)].join(".");
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys
    .slice(0, MOST_ERRORS)
    .map((key) => ({ path: `${path}.${key.slice(0, NAME_CHARACTERS)}`, message: "There is no such field" }));
}

/** Postgres text cannot hold U+0000, so it is refused here, by name, instead of failing in a query. */
function refuseNul(value: unknown, path: string): void {
  if (typeof value === "string" && value.includes("\0")) {
    throw httpErrors.invalid_request({ errors: [{ path, message: "Must not contain the character U+0000" }] });
  }
  if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) refuseNul(child, `${path}.${key}`);
  }
}

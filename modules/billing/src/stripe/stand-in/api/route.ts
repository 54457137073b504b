import { z } from "zod";
import { invalid } from "../fault.ts";
import type { FormValue } from "../form.ts";
import { listOf } from "../objects.ts";
import type { World } from "../world.ts";

/** What a route is given. */
export interface ApiCall<Params> {
  world: World;
  /** Of the path: `:id`. */
  id: string;
  params: Params;
}

/** One operation of the API that the stand-in speaks. */
export interface ApiRoute {
  method: "GET" | "POST" | "DELETE";
  /** `/v1/customers/:id` */
  path: string;
  answer(world: World, id: string, form: Record<string, FormValue>): object;
}

/**
 * Declares an operation. Parameters that Stripe knows and the stand-in does not are refused as unknown: better than to be passed
 * over.
 */
export function route<Params>(
  line: `${ApiRoute["method"]} /v1/${string}`,
  schema: z.ZodType<Params>,
  answer: (call: ApiCall<Params>) => object,
): ApiRoute {
  const [method, path] = line.split(" ") as [ApiRoute["method"], string];
  return {
    method,
    path,
    answer(world, id, form) {
      const parsed = schema.safeParse(form);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
        const name = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join(".");
        if (unknown !== undefined) throw invalid(`Received unknown parameter: ${name}`, "parameter_unknown", name);
        throw invalid(`Invalid parameter ${name}: ${issue?.message ?? ""}`, "parameter_invalid", name);
      }
      return answer({ world, id, params: parsed.data });
    },
  };
}

/** `true` or `false`, as a form writes them. */
export const flag = z.enum(["true", "false"]).transform((text) => text === "true");
/** A whole number of a form. */
export const whole = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform(Number);
/** Metadata: up to 50 texts. */
export const metadata = z.record(z.string().max(40), z.string().max(500)).default({});
/** What every list takes. */
export const listParams = { limit: whole.optional(), starting_after: z.string().optional() };

interface ListQuery {
  limit?: number | undefined;
  starting_after?: string | undefined;
}

/** A page of things, the newest first. */
export function pageOf<Thing extends { id: string }>(url: string, things: Thing[], query: ListQuery): object {
  const { limit = 10, starting_after: after } = query;
  if (limit < 1 || limit > 100) throw invalid("This value must be between 1 and 100.", undefined, "limit");
  const newest = [...things].reverse();
  const start = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
  return listOf(url, newest.slice(start, start + limit), newest.length > start + limit);
}

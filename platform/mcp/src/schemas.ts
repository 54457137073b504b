import type { StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { z } from "zod";

/** A schema as the SDK takes it: what it checks, and the JSON Schema that a list of tools shows. */
export type Advertised<Schema extends z.ZodType> = StandardSchemaWithJSON<z.input<Schema>, z.output<Schema>>;

/**
 * A schema whose JSON form is made once, and short: a list of tools is read by every model at every start, and a long one
 * has broken clients.
 */
export function advertise<Schema extends z.ZodType>(schema: Schema): Advertised<Schema> {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: "input", override: leaveOutSafeBounds });
  const { validate } = schema["~standard"];
  return {
    "~standard": {
      version: 1,
      vendor: "reef",
      validate: (value) => validate(value) as ReturnType<Advertised<Schema>["~standard"]["validate"]>,
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

/** The bounds of JavaScript's integers say nothing to a client. */
function leaveOutSafeBounds({ jsonSchema }: { jsonSchema: { minimum?: number; maximum?: number } }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

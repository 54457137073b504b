import { isObject, type Json } from "../reading.ts";

/**
 * A schema as structured output wants it: every object says that it has no further properties, unless it says otherwise.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function closedSchema(schema: Json): Json {
  return close(schema, 0) as Json;
}

/** Schemas nest a few levels deep; what goes deeper is left as it is. */
const DEEPEST = 64;

/** What stands there are values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);

function close(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => close(item, depth + 1));
  if (!isObject(value)) return value;
  const closed = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, VALUES.has(key) ? item : close(item, depth + 1)]),
  );
  const isOpen = value.type === "object" && value.additionalProperties === undefined;
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}

/** The part of JSON Schema that zod writes for our contracts. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  description?: string;
  default?: unknown;
  pattern?: string;
}

const indentOf = (depth: number) => "  ".repeat(depth);

/** A doc comment, on one line if the text has only one; or nothing. */
export function docLine(text: string | undefined, depth: number): string {
  if (text === undefined) return "";
  const indent = indentOf(depth);
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** A field's description, and what it is when it is left out. */
function documentationOf({ description, default: standard }: JsonSchema): string | undefined {
  const parts = [description, standard === undefined ? undefined : `Default: \`${JSON.stringify(standard)}\``];
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? undefined : given.join(". ");
}

/** An exported interface, or a type where the schema is no object. */
export function declareType(name: string, schema: JsonSchema): string {
  const doc = docLine(schema.description, 0);
  return schema.properties === undefined
    ? `${doc}export type ${name} = ${typeOf(schema, 0)};\n`
    : `${doc}export interface ${name} ${objectType(schema, 0)}\n`;
}

/** The TypeScript type of a schema; throws on a construct that it does not know, so that no field silently becomes `unknown`. */
export function typeOf(schema: JsonSchema, depth: number): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "never";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map((option) => typeOf(option, depth)))].join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, depth)).join(" | ");
  switch (schema.type) {
    case "string":
      return idType(schema.pattern) ?? "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array": {
      const item = typeOf(schema.items ?? {}, depth);
      return item.includes(" ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return typeof schema.additionalProperties === "object" && schema.properties === undefined
        ? `Record<string, ${typeOf(schema.additionalProperties, depth)}>`
        : objectType(schema, depth);
    default:
      throw new Error(`A schema that has no type yet: ${JSON.stringify(schema)}`);
  }
}

/** Ids keep their prefix as a type, so that a diary's id is not taken for an entry's. */
function idType(pattern: string | undefined): string | undefined {
  const prefix = /^\^\((\w+)\)_\[0-7\]/.exec(pattern ?? "")?.[1];
  return prefix === undefined ? undefined : `\`${prefix}_\${string}\``;
}

function objectType({ properties = {}, required = [] }: JsonSchema, depth: number): string {
  const inner = indentOf(depth + 1);
  const fields = Object.entries(properties).map(([name, field]) => {
    const isOptional = !required.includes(name);
    const type = typeOf(field, depth + 1);
    return `${docLine(documentationOf(field), depth + 1)}${inner}${name}${isOptional ? "?" : ""}: ${type}${isOptional ? " | undefined" : ""};`;
  });
  return `{\n${fields.join("\n")}\n${indentOf(depth)}}`;
}

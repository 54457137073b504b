/**
 * Writes packages/sdk/src/generated from the contracts: types of everything that is sent and answered, the clients'
 * interfaces, and a table of operations. `--check` only tells whether what is committed is up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Contract, isRead, type Route } from "@reef/http/contract";
import { contracts } from "@reef/server/contracts";
import { z } from "zod";
import { declareType, docLine, type JsonSchema, typeOf } from "./json-schema-types.ts";

const folder = new URL("../../packages/sdk/src/generated/", import.meta.url);
const HEADER = "// Generated from the contracts by tools/generators/sdk.ts. Do not edit; run npm run generate.\n";

const declared = new Map<string, string>();

/** A schema as JSON Schema; the named schemas in it are declared on the way. */
function toSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $defs = {}, ...document } = z.toJSONSchema(schema, { io }) as JsonSchema & {
    $defs?: Record<string, JsonSchema>;
  };
  for (const [name, definition] of Object.entries($defs)) {
    const text = declareType(name, definition);
    const before = declared.get(name);
    if (before !== undefined && before !== text)
      throw new Error(`${name} means two things; give one of them another id.`);
    declared.set(name, text);
  }
  const named = document.$ref?.split("/").at(-1);
  return named === undefined ? document : { ...document, ...$defs[named] };
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface Input {
  properties: Record<string, JsonSchema>;
  required: string[];
}

/** Path parameters, query and body of a route as the fields of one object. */
function inputOf(route: Route): Input {
  const input: Input = { properties: {}, required: [] };
  for (const part of [route.params, route.query, route.body]) {
    if (part === undefined) continue;
    const { properties = {}, required = [] } = toSchema(part, "input");
    if (part === route.query) Object.assign(properties, readFieldsOf(route.query));
    for (const name of Object.keys(properties)) {
      if (name in input.properties) throw new Error(`${route.path} takes ${name} in two places.`);
    }
    Object.assign(input.properties, properties);
    input.required.push(...required);
  }
  return input;
}

/** The fields of a query that are lists or flags once they are read; the client writes them as text. */
function readFieldsOf(query: z.ZodObject): Record<string, JsonSchema> {
  const { properties = {} } = toSchema(query, "output");
  const isText = ({ type }: JsonSchema) => type !== "array" && type !== "boolean";
  return Object.fromEntries(Object.entries(properties).filter(([, field]) => !isText(field)));
}

function responseType(route: Route): { type: string; item: string | undefined } {
  if (route.stream !== undefined) return { type: nameOrType(route.stream.data), item: undefined };
  if (route.response === undefined) return { type: "void", item: undefined };
  const schema = toSchema(route.response, "output");
  const item = schema.properties?.nextCursor && route.query?.shape.cursor ? schema.properties.items?.items : undefined;
  return { type: nameOrType(route.response), item: item && typeOf(item, 1) };
}

/** The name of what is answered, if it has one; else its type in full. */
function nameOrType(schema: z.ZodType): string {
  const document = z.toJSONSchema(schema, { io: "output" }) as JsonSchema;
  return document.$ref?.split("/").at(-1) ?? typeOf(toSchema(schema, "output"), 1);
}

/** What an editor shows for a method: what it does, and the errors that are particular to it. */
function documentationOf({ summary, description, errors }: Route): string {
  const thrown = errors.length === 0 ? [] : ["", `@throws ReefError ${errors.map((code) => `\`${code}\``).join(", ")}`];
  return [`${summary}.`, ...(description === undefined ? [] : ["", description]), ...thrown].join("\n");
}

function clientOf({ module, title, routes }: Contract): string {
  const inputs: string[] = [];
  const methods: string[] = [];
  for (const [verb, route] of Object.entries(routes)) {
    const input = inputOf(route);
    const name = `${capitalize(verb)}Input`;
    const isEmpty = Object.keys(input.properties).length === 0;
    if (!isEmpty) inputs.push(declareType(name, { ...input, description: `What \`${module}.${verb}\` takes.` }));
    const { type, item } = responseType(route);
    const parameter = isEmpty ? "input?: NoInput" : `input${input.required.length === 0 ? "?" : ""}: ${name}`;
    const doc = docLine(documentationOf(route), 1);
    if (route.stream !== undefined)
      methods.push(`${doc}  ${verb}(${parameter}, options?: StreamOptions): AsyncIterable<${type}>;`);
    else if (item === undefined)
      methods.push(`${doc}  ${verb}(${parameter}, options?: CallOptions): Promise<${type}>;`);
    else methods.push(`${doc}  ${verb}: ListMethod<${isEmpty ? "NoInput" : name}, ${item}${pageOf(route, type)}>;`);
  }
  return `${inputs.join("\n")}\n${docLine(`${title}.`, 0)}export interface ${capitalize(module)}Client {\n${methods.join("\n")}\n}\n`;
}

const PAGE = ["items", "nextCursor", "total"];

/** A list that does not count its items, or says more than a page, has a page of its own. */
function pageOf({ response }: Route, type: string): string {
  const names = Object.keys((response === undefined ? {} : toSchema(response, "output")).properties ?? {});
  return names.length === PAGE.length && PAGE.every((name) => names.includes(name)) ? "" : `, ${type}`;
}

const tableOf = ({ module, routes }: Contract): string => {
  const rows = Object.entries(routes).map(([verb, route]) => {
    const operation = {
      method: route.method,
      path: route.path,
      query: Object.keys(route.query?.shape ?? {}),
      hasBody: route.body !== undefined,
      isIdempotent: route.idempotent ?? false,
      isRead: isRead(route),
      needsToken: route.access !== "public",
      ...(route.stream && { event: route.stream.event }),
    };
    return `    ${verb}: ${JSON.stringify(operation)},`;
  });
  return `  ${module}: {\n${rows.join("\n")}\n  },`;
};

const clients = contracts.map((contract) => clientOf(contract as Contract));
const namespaces = contracts.map(
  ({ module, title }) => `${docLine(`${title}.`, 1)}  readonly ${module}: ${capitalize(module)}Client;`,
);
clients.push(`/** Every module's client by its name. */\nexport interface Clients {\n${namespaces.join("\n")}\n}\n`);
const files = {
  "types.ts": `${HEADER}import type { CallOptions, ListMethod, NoInput, StreamOptions } from "../client-types.ts";\n\n${[...declared.values()].join("\n")}\n${clients.join("\n")}`,
  "operations.ts": `${HEADER}import type { Operation } from "../client-types.ts";\n\n/** Every operation of the REST API, by module and verb. */\nexport const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {\n${contracts.map((contract) => tableOf(contract as Contract)).join("\n")}\n};\n`,
};

for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, folder);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    process.stderr.write(`packages/sdk/src/generated/${name} is out of date; run npm run generate.\n`);
    process.exitCode = 1;
  }
}

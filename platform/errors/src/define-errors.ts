import { Problem, type ProblemOptions } from "./problem.ts";

/** What one error code means: its HTTP status, a short title and a public text that says what to do next. */
export interface ErrorDefinition {
  status: number;
  title: string;
  public: string;
}

/** One constructor per code, and the table itself as `definitions` (keys carry the module's name: `memory.not_found`). */
export type ErrorTable<Code extends string> = {
  readonly [Key in Code]: (options?: ProblemOptions) => Problem;
} & { readonly definitions: Readonly<Record<string, ErrorDefinition>> };

/**
 * Declares a module's error codes.
 *
 * @example
 * const errors = defineErrors("memory", {
 *   not_found: { status: 404, title: "Diary not found", public: "No such diary, or you may not read it." },
 * });
 * throw errors.not_found({ internal: { diaryId } });
 */
export function defineErrors<const Code extends string>(
  module: string,
  table: Record<Code, ErrorDefinition>,
): ErrorTable<Code> {
  const definitions: Record<string, ErrorDefinition> = {};
  const constructors: Record<string, (options?: ProblemOptions) => Problem> = {};
  for (const [name, definition] of Object.entries<ErrorDefinition>(table)) {
    const code = `${module}.${name}`;
    definitions[code] = definition;
    constructors[name] = (options = {}) =>
      new Problem(code, definition.status, definition.title, options.detail ?? definition.public, options);
  }
  return Object.freeze({ ...constructors, definitions: Object.freeze(definitions) }) as ErrorTable<Code>;
}

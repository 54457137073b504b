import { z } from "zod";

/** Settings by environment variable: the key is the variable's name, the schema its rule, `.describe()` its line of documentation. */
export type Settings = Record<string, z.ZodType>;

/** Every setting that is wrong, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/**
 * Reads the declared settings from `environment` (the process's own by default).
 *
 * @throws ConfigError that names **every** wrong variable at once; values are never repeated, since they may be secret.
 */
export function loadConfig<Schema extends Settings>(
  settings: Schema,
  environment: Record<string, string | undefined> = process.env,
): { [Key in keyof Schema]: z.output<Schema[Key]> } {
  const given: Record<string, string | undefined> = {};
  for (const name of Object.keys(settings)) {
    const value = environment[name]?.trim();
    given[name] = value === "" ? undefined : value;
  }
  const result = z.object(settings).safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  return result.data as { [Key in keyof Schema]: z.output<Schema[Key]> };
}

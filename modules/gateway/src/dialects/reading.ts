import { BadPrompt } from "./conversation.ts";

/** How dialects read JSON: a client's strictly, with the path of what is wrong; a provider's leniently. */
export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object. @throws BadPrompt */
export function objectAt(value: unknown, path: string): Json {
  if (!isObject(value)) throw new BadPrompt(path, `${path} must be an object.`);
  return value;
}

/** An array. @throws BadPrompt */
export function listAt(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw new BadPrompt(path, `${path} must be an array.`);
  return value;
}

/** A text. @throws BadPrompt */
export function stringAt(value: unknown, path: string): string {
  if (typeof value !== "string") throw new BadPrompt(path, `${path} must be a string.`);
  return value;
}

/** A text that may be missing or null. @throws BadPrompt */
export const optionalString = (value: unknown, path: string): string | undefined =>
  value === undefined || value === null ? undefined : stringAt(value, path);

/** A number that may be missing or null. @throws BadPrompt */
export function optionalNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw new BadPrompt(path, `${path} must be a number.`);
  return value;
}

/** A count of one or more that may be missing or null. @throws BadPrompt */
export function optionalCount(value: unknown, path: string): number | undefined {
  const count = optionalNumber(value, path);
  if (count !== undefined && (!Number.isSafeInteger(count) || count < 1)) {
    throw new BadPrompt(path, `${path} must be a whole number of at least 1.`);
  }
  return count;
}

/** A yes or no that may be missing or null. @throws BadPrompt */
export function optionalBoolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw new BadPrompt(path, `${path} must be true or false.`);
  return value;
}

/** Refuses what is set and cannot be said to a provider of another dialect. @throws BadPrompt */
export function refuseFields(body: Json, fields: Readonly<Record<string, (value: unknown) => boolean>>): void {
  for (const [field, isHarmless] of Object.entries(fields)) {
    const value = body[field];
    if (value === undefined || value === null || isHarmless(value)) continue;
    throw new BadPrompt(field, `${field} cannot be translated for the provider of this model. Leave it out.`);
  }
}

/** Leaves out the fields that are undefined, so that they do not stand where equality is asked. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** A provider's text; empty where there is none. */
export const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** A provider's object; empty where there is none. */
export const objectIn = (value: unknown): Json => (isObject(value) ? value : {});

/** A provider's array; empty where there is none. */
export const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A provider's count of tokens; 0 where it is none. */
export const countIn = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;

/** Parsed JSON, or undefined where it is none. */
export function parseJson(text: string): unknown {
  // It ends most streams, and an error that is thrown costs more than all the rest that happens to an event.
  if (text === "[DONE]") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

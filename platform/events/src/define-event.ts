import type { z } from "zod";

/** One kind of event: its name, `<module>.<what happened>`, and the schema of what it carries. */
export interface EventDefinition<Payload> {
  readonly name: `${string}.${string}`;
  readonly schema: z.ZodType<Payload>;
}

/** An event as a handler sees it. */
export interface ReefEvent<Payload> {
  /** Unique and stable: a handler that may see an event twice recognizes it by this number. */
  sequence: number;
  name: string;
  /** UUID of the organization that it belongs to; null for what belongs to none. */
  organizationId: string | null;
  payload: Payload;
  createdAt: Date;
}

/**
 * Declares an event. The payload crosses processes as JSON, so its schema holds only what JSON holds.
 *
 * @example
 * const entryCreated = defineEvent("memory.created", z.object({ entryId: z.string() }));
 */
export function defineEvent<Payload>(
  name: `${string}.${string}`,
  schema: z.ZodType<Payload>,
): EventDefinition<Payload> {
  return Object.freeze({ name, schema });
}

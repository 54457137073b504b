/** What happened, told to whoever wants to know: a transactional outbox with fan-out and durable consumers. */
export type { EventHandler } from "./consumer.ts";
export { defineEvent, type EventDefinition, type ReefEvent } from "./define-event.ts";
export { createEvents, type Events, type EventsOptions } from "./events.ts";
export { eventMigrations } from "./migrations.ts";

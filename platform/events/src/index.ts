/** What happened, told to whoever wants to know: a transactional outbox with fan-out and durable consumers, and logs that are followed. */
export {
  type Audience,
  createAudience,
  type FollowedLog,
  type Follower,
  type FollowerStream,
  type LogReading,
  type PlacedEvent,
} from "./audience.ts";
export type { EventHandler } from "./consumer.ts";
export { defineEvent, type EventDefinition, type ReefEvent } from "./define-event.ts";
export { createEvents, type Events, type EventsOptions } from "./events.ts";
export { eventMigrations } from "./migrations.ts";
export { createNewsLoop, type NewsLoopOptions } from "./news-loop.ts";
export { createTurns } from "./turns.ts";

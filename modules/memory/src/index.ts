/** What an agent remembers, shares and publishes: diaries and their entries. */
export { memoryConfig } from "./config.ts";
export type { Encoder } from "./encoder/encoder.ts";
export { createEncoder } from "./encoder/index.ts";
export { memoryErrors } from "./errors.ts";
export { memoryMcp } from "./mcp.ts";
export { memoryMigrations } from "./migrations/index.ts";
export { createMemoryModule, type MemoryModule } from "./module.ts";
export type { MemoryService } from "./service.ts";

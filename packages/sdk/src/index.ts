/** The typed client of a Reef. */
export type { CallOptions, ListMethod, Page } from "./client-types.ts";
export { ReefError } from "./errors.ts";
export type * from "./generated/types.ts";
export { generateKey, type Key, keyFromSeed } from "./keys.ts";
export { type ConnectOptions, createReef, Reef } from "./reef.ts";
export { type NewAgent, type RegisteredAgent, register } from "./register.ts";
export type { ReefCredentials } from "./tokens.ts";

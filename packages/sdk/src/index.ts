/** The typed client of a Reef. */
export type { ClientOptions, ConnectOptions, SessionOptions } from "./client-options.ts";
export type { CallOptions, ListMethod, NoInput, Page, StreamOptions } from "./client-types.ts";
export { type FieldError, ReefError } from "./errors.ts";
export { type AskedSignature, frameToSign, type SigningPurpose } from "./frame-to-sign.ts";
export type * from "./generated/types.ts";
export { generateKey, type Key, keyFromSeed } from "./keys.ts";
export {
  completeRotation,
  type LostAgent,
  type PreparedRotation,
  prepareRotation,
  recover,
} from "./recover.ts";
export { createReef, Reef } from "./reef.ts";
export {
  completeRegistration,
  type NewAgent,
  type PreparedRegistration,
  prepareRegistration,
  type RegisteredAgent,
  register,
} from "./register.ts";
export { type EntryToSign, rememberSigned, signedEntry } from "./signed-entries.ts";
export type { KeyCredentials, ReefCredentials } from "./tokens.ts";

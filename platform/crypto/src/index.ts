/** Keys, signatures, digests, sealed text and ids: every cryptographic primitive that Reef uses, in one place. */
export {
  publicKeyJwk,
  type SigningKeyPair,
  signingKeyFromSeed,
} from "./ed25519.ts";
export { type Id, type IdPrefix, newId, toTypeId, toUuid } from "./ids.ts";
export { openSealed, seal } from "./seal.ts";
export { constantTimeEqual, deriveKey, hmacHex, randomToken, sha256Hex } from "./secrets.ts";

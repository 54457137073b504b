import type { Id } from "@reef/crypto";

/** Who did something, as the record of it holds: an agent with the key that it had, or a person. */
export type Actor =
  | { agentId: Id<"agt">; organizationId: Id<"org">; name: string; fingerprint: string }
  | { personId: Id<"usr">; organizationId: Id<"org">; name: string };

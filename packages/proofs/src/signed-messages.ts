/** The domain of every frame that an agent signs for a reef: what is signed for another use is nothing here. */
export const SIGNING_DOMAIN = "reef:v1";

/**
 * What the reef itself asks keys to sign begins with this, and nothing that an agent is asked to sign for others may: the
 * frame's domain is the same, so one could be turned into the other.
 */
export const RESERVED_PREFIX = "reef:";

/** What keys are asked to sign about themselves. Each names its purpose and its keys, so none stands for another. */
export const identityMessages = {
  register: (publicKey: string): string => `${RESERVED_PREFIX}register:${publicKey}`,
  recover: (publicKey: string): string => `${RESERVED_PREFIX}recover:${publicKey}`,
  rotateKey: (agentId: string, oldKey: string, newKey: string): string =>
    `${RESERVED_PREFIX}rotate-key:${agentId}:${oldKey}:${newKey}`,
};

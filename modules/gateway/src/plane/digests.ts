import { hash } from "node:crypto";

/** The SHA-256 of a secret in base64, by which its key is stored. `connection` is the one on which it was shown. */
export type DigestOf = (secret: string, connection: object) => string;

interface Shown {
  secret: string;
  digest: string;
}

/**
 * Remembers with each connection the last secret that was shown on it: clients show the same one with every request, and hashing
 * it anew would cost a call more than all else that is asked about its key. It is forgotten with the connection.
 */
export function createDigests(): DigestOf {
  const shownOn = new WeakMap<object, Shown>();
  return (secret, connection) => {
    const shown = shownOn.get(connection);
    if (shown !== undefined && isSame(shown.secret, secret)) return shown.digest;
    const digest = hash("sha256", secret, "base64");
    shownOn.set(connection, { secret, digest });
    return digest;
  };
}

/** Takes as long wherever two texts of one length differ: a proxy may put several clients on one connection. */
function isSame(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

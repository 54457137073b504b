import type { CachedAnswer } from "./cached-answer.ts";

/** Answers that this process gave or got lately, by organization and digest. */
export interface RecentAnswers {
  find(organizationId: string, digest: Buffer): CachedAnswer | undefined;
  put(organizationId: string, digest: Buffer, answer: CachedAnswer): void;
  has(organizationId: string): boolean;
  /** Forgets those of an organization, or of all with undefined, that were made before then, on `performance.now()`'s clock. */
  forget(organizationId: string | undefined, before: number): void;
}

const MOST_BYTES = 33_554_432;
/** What an entry takes beside its bytes. */
const ENTRY_BYTES = 1_024;

/** The ones that were used last, up to so many bytes. */
export function createRecentAnswers(): RecentAnswers {
  const answers = new Map<string, { organizationId: string; answer: CachedAnswer }>();
  let size = 0;

  const nameOf = (organizationId: string, digest: Buffer): string => organizationId + digest.toString("base64");

  function remove(name: string): void {
    const known = answers.get(name);
    if (known === undefined) return;
    answers.delete(name);
    size -= known.answer.bytes.length + ENTRY_BYTES;
  }

  return {
    find(organizationId, digest) {
      const name = nameOf(organizationId, digest);
      const known = answers.get(name);
      if (known === undefined) return undefined;
      if (known.answer.endsAt <= performance.now()) {
        remove(name);
        return undefined;
      }
      // Used last stands last.
      answers.delete(name);
      answers.set(name, known);
      return known.answer;
    },
    put(organizationId, digest, answer) {
      const name = nameOf(organizationId, digest);
      remove(name);
      answers.set(name, { organizationId, answer });
      size += answer.bytes.length + ENTRY_BYTES;
      for (const oldest of answers.keys()) {
        if (size <= MOST_BYTES) break;
        remove(oldest);
      }
    },
    has(organizationId) {
      for (const known of answers.values()) if (known.organizationId === organizationId) return true;
      return false;
    },
    forget(organizationId, before) {
      for (const [name, known] of answers) {
        const isMeant = organizationId === undefined || known.organizationId === organizationId;
        if (isMeant && known.answer.bornAt <= before) remove(name);
      }
    },
  };
}

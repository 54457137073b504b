import { deriveKey, type Id, toTypeId, toUuid } from "@reef/crypto";
import { type Connection, createCursors, type Page, pageOf } from "@reef/db";
import { scrubText } from "@reef/telemetry";
import type { DeadLetterPosition, Workflows } from "@reef/workflows";
import { systemErrors } from "./errors.ts";

/** A job that failed for good, as operators see it: never what it holds. */
interface DeadLetterView {
  id: Id<"job">;
  workflow: string;
  error: string;
  attempts: number;
  failedAt: string;
}

/** What operators do with jobs that failed for good. */
export interface DeadLetters {
  /** Newest first. @throws list.invalid_cursor */
  list(db: Connection, page: { limit: number; cursor?: string | undefined }): Promise<Page<DeadLetterView>>;
  /** @throws system.dead_letter_not_found */
  retry(db: Connection, id: Id<"job">): Promise<void>;
  /** @throws system.dead_letter_not_found */
  delete(db: Connection, id: Id<"job">): Promise<void>;
}

const LIST = "dead-letters";
/** An error tells what happened in a line or two; one that goes on repeats what it was given. */
const ERROR_CHARACTERS = 500;

/** Dead letters of the workflows, with ids and cursors as they go out. */
export function createDeadLetters(workflows: Workflows, masterSecret: string): DeadLetters {
  const cursors = createCursors(deriveKey(masterSecret, "system.cursors"));
  return {
    async list(db, { limit, cursor }) {
      const behind = cursor === undefined ? undefined : (cursors.decode(LIST, cursor) as DeadLetterPosition);
      const { letters, total } = await workflows.listDeadLetters(db, { limit: limit + 1, behind });
      const page = pageOf(letters, limit, total, ({ position }) => cursors.encode(LIST, position));
      return {
        ...page,
        items: page.items.map(({ id, workflow, error, attempts, failedAt }) => ({
          id: toTypeId("job", id),
          workflow,
          error: scrubText(error).slice(0, ERROR_CHARACTERS),
          attempts,
          failedAt: failedAt.toISOString(),
        })),
      };
    },
    async retry(db, id) {
      if (!(await workflows.retryDeadLetter(db, toUuid(id)))) throw systemErrors.dead_letter_not_found();
    },
    async delete(db, id) {
      if (!(await workflows.deleteDeadLetter(db, toUuid(id)))) throw systemErrors.dead_letter_not_found();
    },
  };
}

import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { AccountCaller, Call, PersonCaller } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import type { Program } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import {
  countPrograms,
  deleteProgram,
  deletePrograms,
  insertProgram,
  listPrograms,
  type NewProgram,
  type StoredProgram,
  updateProgramUsed,
} from "../store/programs.ts";

const LIST = "identity.listPrograms";

/** Programs of one person: as many as a list shows at once, so that none is out of sight. */
const MOST_PROGRAMS = 100;

/** A signed-in person, in an organization or outside of any. */
type AccountCall = Call<PersonCaller | AccountCaller>;

/** Programs that people let act for them through MCP. */
export type Programs = ReturnType<typeof createPrograms>;

export function createPrograms({ clock, cursors }: { clock: Clock; cursors: Cursors }) {
  const now = () => new Date(clock.now());

  return {
    /** The caller's programs, newest first. @throws list.invalid_cursor */
    async listPrograms(
      { caller, db }: AccountCall,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Program>> {
      const before = page.cursor === undefined ? undefined : (cursors.decode(LIST, page.cursor)[0] as Id<"prg">);
      const asked = { limit: page.limit + 1, before, now: now() };
      const rows = await listPrograms(db, caller.personId, asked);
      const count = await countPrograms(db, caller.personId, asked.now);
      const { items, nextCursor, total } = pageOf(rows, page.limit, count, ({ id }) => cursors.encode(LIST, [id]));
      return { items: items.map(programView), nextCursor, total };
    },

    /** Ends one: its tokens are refused from the next request on. @throws identity.program_not_found */
    endProgram: ({ caller, db }: AccountCall, programId: Id<"prg">): Promise<Program> =>
      transact(db, async (transaction) => {
        const ended = await deleteProgram(transaction, caller.personId, programId, now());
        if (ended === undefined) throw identityErrors.program_not_found();
        return programView(ended);
      }),

    /** Ends all of a person's, and tells which those were. */
    endPrograms: async (db: Connection, personId: Id<"usr">): Promise<Program[]> =>
      (await deletePrograms(db, personId, now())).map(programView),

    /** Whether the person may let in one more. @throws identity.too_many_programs */
    async requireRoom(db: Connection, personId: Id<"usr">): Promise<void> {
      if ((await countPrograms(db, personId, now())) >= MOST_PROGRAMS) throw identityErrors.too_many_programs();
    },

    /**
     * Keeps what a grant is shown as, once; in the transaction that binds the grant to the member, and in which the person's
     * programs are locked. Others may have been let in since there was room.
     *
     * @throws identity.too_many_programs
     */
    async addProgram(db: Connection, program: Omit<NewProgram, "letInAt">): Promise<void> {
      await insertProgram(db, { ...program, letInAt: now() });
      if ((await countPrograms(db, program.personId, now())) > MOST_PROGRAMS) throw identityErrors.too_many_programs();
    },

    /** Notes that the program behind a grant gets an access token, which never fails by this. */
    async noteUse(db: Connection, grantId: string): Promise<void> {
      try {
        await updateProgramUsed(db, grantId, now());
      } catch {
        // What a program is shown with is worth no refusal; its next token notes it again.
      }
    },
  };
}

const programView = ({ letInAt, lastUsedAt, expiresAt, ...program }: StoredProgram): Program => ({
  ...program,
  clientHost: new URL(program.clientId).host,
  letInAt: letInAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  expiresAt: expiresAt.toISOString(),
});

import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/**
 * Ends what else would let somebody in as this person, by the UUID: mailed links, sign-ins that wait for their code, and
 * logins of programs.
 */
export async function deleteLinksOf(db: Connection, personId: string): Promise<void> {
  await deleteLoginsOf(db, personId);
  await tables(db).deleteFrom("identity.verifications").where("value", "=", personId).execute();
}

/** Ends logins of programs that the person, by the UUID, has approved: who fetched none yet would get a session by it later. */
export async function deleteLoginsOf(db: Connection, personId: string): Promise<void> {
  await tables(db).deleteFrom("identity.device_codes").where("person_id", "=", personId).execute();
}

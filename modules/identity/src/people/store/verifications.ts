import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/** Ends what else would let somebody in as this person, by the UUID: mailed links, and sign-ins that wait for their code. */
export async function deleteLinksOf(db: Connection, personId: string): Promise<void> {
  await tables(db).deleteFrom("identity.verifications").where("value", "=", personId).execute();
}

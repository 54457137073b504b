import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

/** A module's migrations by name (`YYYYMMDDHHMM-verb-noun`); forward only, in one transaction, in the order of their names. */
export type Migrations = Readonly<Record<string, { up: (db: Kysely<never>) => Promise<void> }>>;

const migratorOf = (db: Kysely<object>, migrations: Migrations) =>
  new Migrator({
    db,
    provider: { getMigrations: async () => migrations as Record<string, Migration> },
    migrationTableSchema: "platform",
    migrationTableName: "migrations",
    migrationLockTableName: "migrations_lock",
    allowUnorderedMigrations: true,
  });

/**
 * Brings the database to the newest schema. Safe to call from several processes at once: the migrator holds a lock, for which
 * the others wait as long as it takes.
 *
 * @returns the names of the migrations that ran now.
 */
export async function migrateToLatest(db: Kysely<object>, migrations: Migrations): Promise<string[]> {
  const { error, results = [] } = await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    try {
      return await migratorOf(connection, migrations).migrateToLatest();
    } finally {
      await sql`reset statement_timeout`.execute(connection);
    }
  });
  if (error !== undefined) {
    const failed = results.find((result) => result.status === "Error")?.migrationName ?? "unknown";
    throw new Error(`Migration ${failed} failed and was rolled back.`, { cause: error });
  }
  return results.map((result) => result.migrationName);
}

/** The names of the migrations that this database still lacks. */
export async function listPendingMigrations(db: Kysely<object>, migrations: Migrations): Promise<string[]> {
  const all = await migratorOf(db, migrations).getMigrations();
  return all.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

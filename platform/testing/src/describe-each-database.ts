import { after, before, describe } from "node:test";
import { loadConfig, textSetting } from "@reef/config";
import { type DatabaseHandle, type Migrations, openDatabase } from "@reef/db";
import { createServerDatabase, openEmbeddedForTest, type ServerDatabase } from "./databases.ts";

/** What a test that runs on each database is given. */
export interface DatabaseTest {
  kind: DatabaseHandle["kind"];
  /** The fresh migrated database; only inside hooks and tests. */
  database(): DatabaseHandle;
  /** The server's URL of that database, for a second connection or another process; undefined when it is embedded. */
  url(): string | undefined;
}

/** Admin URL of the Postgres on which tests make databases of their own; undefined when there is none. */
export const testServerUrl: string | undefined = loadConfig({
  REEF_TEST_DATABASE_URL: textSetting().optional(),
}).REEF_TEST_DATABASE_URL;

/**
 * Registers the tests once for the embedded database, and once for Postgres when `REEF_TEST_DATABASE_URL` names one.
 * Each gets a fresh database with `migrations` applied, which is gone afterwards.
 */
export function describeEachDatabase(
  title: string,
  migrations: Migrations,
  register: (test: DatabaseTest) => void,
): void {
  describe(`${title} (embedded)`, () => {
    let database: DatabaseHandle | undefined;
    before(async () => {
      database = await openEmbeddedForTest(migrations);
    });
    register({ kind: "embedded", database: () => opened(database), url: () => undefined });
    // Hooks run in the order of their registration: what a suite started is stopped while its database still answers.
    after(() => database?.close());
  });
  if (testServerUrl === undefined) return;
  const adminUrl = testServerUrl;
  describe(`${title} (postgres)`, () => {
    let server: ServerDatabase | undefined;
    let database: DatabaseHandle | undefined;
    before(async () => {
      server = await createServerDatabase(adminUrl, migrations);
      database = await openDatabase({ url: server.url, poolSize: 10 });
    });
    register({ kind: "postgres", database: () => opened(database), url: () => server?.url });
    after(async () => {
      await database?.close();
      await server?.drop();
    });
  });
}

function opened(database: DatabaseHandle | undefined): DatabaseHandle {
  if (database === undefined) throw new Error("The database is open only inside hooks and tests.");
  return database;
}

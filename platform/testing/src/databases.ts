import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DatabaseHandle, type EmbeddedSnapshot, type Migrations, migrateToLatest, openDatabase } from "@reef/db";
import pg from "pg";

const CACHE_FOLDER = fileURLToPath(new URL("../../../node_modules/.cache/reef-tests", import.meta.url));

/** Names and source text of the migrations decide whether two databases are the same. */
function fingerprintOf(migrations: Migrations): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(migrations).sort()) hash.update(`${name}\n${migrations[name]?.up.toString()}\n`);
  return hash.digest("hex").slice(0, 24);
}

/** A fresh migrated database in memory, loaded from a snapshot that all test files share. */
export async function openEmbeddedForTest(migrations: Migrations): Promise<DatabaseHandle> {
  const file = join(CACHE_FOLDER, `${fingerprintOf(migrations)}.bin`);
  const snapshot = readSnapshot(file);
  if (snapshot !== undefined) return openDatabase({ snapshot });
  const database = await openDatabase({});
  await migrateToLatest(database.kysely, migrations);
  writeSnapshot(file, await database.snapshot());
  return database;
}

function readSnapshot(file: string): EmbeddedSnapshot | undefined {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Test files run in processes side by side, so the file appears whole or not at all. */
function writeSnapshot(file: string, snapshot: EmbeddedSnapshot): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  writeFileSync(draft, snapshot);
  renameSync(draft, file);
}

/** A database of its own on a server. */
export interface ServerDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Makes a database on the server at `adminUrl`, as a copy of a template that was migrated once. */
export async function createServerDatabase(adminUrl: string, migrations: Migrations): Promise<ServerDatabase> {
  const template = `reef_template_${fingerprintOf(migrations)}`;
  const name = `reef_test_${randomUUID().replaceAll("-", "")}`;
  await withAdmin(adminUrl, async (admin) => {
    await ensureTemplate(admin, adminUrl, template, migrations);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(adminUrl, name),
    drop: () => withAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Migrates the template under an advisory lock: of many processes that want it, one makes it and the others wait. */
async function ensureTemplate(
  admin: pg.Client,
  adminUrl: string,
  template: string,
  migrations: Migrations,
): Promise<void> {
  const exists = async () =>
    (await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [template])).rowCount === 1;
  if (await exists()) return;
  await admin.query("SELECT pg_advisory_lock(hashtext('reef-test-template'))");
  try {
    if (await exists()) return;
    // It gets its final name only when it is complete, so that a killed run leaves no half-made template behind.
    const draft = `reef_draft_${randomUUID().replaceAll("-", "")}`;
    await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    const database = await openDatabase({ url: urlOf(adminUrl, draft) });
    try {
      await migrateToLatest(database.kysely, migrations);
    } finally {
      await database.close();
    }
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  } finally {
    await admin.query("SELECT pg_advisory_unlock(hashtext('reef-test-template'))");
  }
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withAdmin(adminUrl: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** One Postgres for everything: embedded (PGlite in a worker thread) or any server; Kysely speaks to both. */
export { type Cursors, createCursors, listErrors, type Page, pageOf } from "./cursors.ts";
export { StartupError } from "./embedded/data-folder.ts";
export { closeEmbedded, type EmbeddedSnapshot } from "./embedded/embedded-postgres.ts";
export { listPendingMigrations, type Migrations, migrateToLatest } from "./migrate.ts";
export { type DatabaseHandle, type DatabaseOptions, openDatabase } from "./open-database.ts";
export { tendTables } from "./tend-tables.ts";
export { afterCommit, type Connection, transact } from "./transact.ts";

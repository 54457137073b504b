/** What tests share: a fresh database of each kind, loggers and folders. It stands in for nothing of Reef's own. */
export { findChromium } from "./chromium.ts";
export { createServerDatabase, openEmbeddedForTest, type ServerDatabase } from "./databases.ts";
export { type DatabaseTest, describeEachDatabase, testServerUrl } from "./describe-each-database.ts";
export { collectLogs, silentLogger } from "./logs.ts";
export { startNameServer } from "./name-server.ts";
export { keepLog, keepsLogs, passwordPhrases } from "./suite-log.ts";
export { temporaryFolder } from "./temporary-folder.ts";
export { until } from "./until.ts";

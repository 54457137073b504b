import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, textSetting } from "@reef/config";

const folder = loadConfig({ REEF_TEST_LOG_FOLDER: textSetting().optional() }).REEF_TEST_LOG_FOLDER;

/** Whether `npm test` wants to read afterwards what everything logged, and so everything logs in full. */
export const keepsLogs: boolean = folder !== undefined;

/** Keeps a piece of some program's log until the suite has ended. */
export function keepLog(text: string | Buffer): void {
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.log`), text);
}

/** Of these, one stands in every password that a test uses; so a log that holds none of them holds no password. */
export const passwordPhrases: readonly string[] = [
  "horse battery",
  "only tests use",
  "nine keys in the cabinet",
  "eleven char",
  "xxxxxxxxxxxxxxxx",
];

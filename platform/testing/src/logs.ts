import { createLogger, type Logger } from "@reef/telemetry";
import { keepLog, keepsLogs } from "./suite-log.ts";

/** A logger that shows nothing; what it is told is searched for passwords when the whole suite has run. */
export const silentLogger: Logger = createLogger({
  level: keepsLogs ? "trace" : "silent",
  destination: { write: keepLog },
});

/** A logger of every level whose lines a test can read back. */
export function collectLogs(): { logger: Logger; lines(): Record<string, unknown>[] } {
  const written: string[] = [];
  return {
    logger: createLogger({ level: "trace", destination: { write: (line) => written.push(line) } }),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

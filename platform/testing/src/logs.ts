import { createLogger, type Logger } from "@reef/telemetry";

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger({ level: "silent", destination: { write() {} } });

/** A logger of every level whose lines a test can read back. */
export function collectLogs(): { logger: Logger; lines(): Record<string, unknown>[] } {
  const written: string[] = [];
  return {
    logger: createLogger({ level: "trace", destination: { write: (line) => written.push(line) } }),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

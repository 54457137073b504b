import type { Logger } from "@reef/telemetry";
import type { BetterAuthOptions } from "better-auth";

/**
 * What better-auth says goes to the reef's log, where its warnings are details: a wrong password is one. What it says
 * beside a text may hold a person's data, so only errors are kept, which the log scrubs.
 */
export const accountLogger = (logger: Logger): NonNullable<BetterAuthOptions["logger"]> => ({
  level: "warn",
  log(level, message, ...details) {
    const error = details.find((detail) => detail instanceof Error);
    if (level === "error" && error !== undefined) logger.warn({ err: error }, `accounts: ${message}`);
    else logger.debug(`accounts: ${message}`);
  },
});

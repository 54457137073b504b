/** Log lines, spans and metrics of a process, with secrets kept out of all log lines. */
export { createLogger, type LogDestination, type Logger, type LoggerOptions, type LogLevel } from "./logger.ts";
export { type HeaderMap, remoteContext, traceHeaders, withRemoteParent } from "./propagation.ts";
export { isSecretKey, REDACTED, scrub, scrubText } from "./scrub.ts";
export { createTelemetry, type Telemetry, type TelemetryOptions } from "./telemetry.ts";

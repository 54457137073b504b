import { isSpanContextValid, trace } from "@opentelemetry/api";
import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { scrub, scrubText } from "./scrub.ts";

/** A structured logger; one JSON line per call, secrets hidden, with the active trace's ids. */
export type Logger = PinoLogger;

/** How much is logged. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Where log lines go. */
export type LogDestination = "stdout" | "stderr" | DestinationStream;

export interface LoggerOptions {
  level: LogLevel;
  /** Members of every line. */
  base?: Record<string, unknown>;
  destination?: LogDestination;
}

/** The ids of the span that is active in the caller, so that a log line is found from its trace and the reverse. */
function activeTrace(): Record<string, string> {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return {};
  return { trace_id: context.traceId, span_id: context.spanId };
}

/**
 * A logger that hides secrets by key, at any depth, and by shape, in any text; see scrub.ts for what counts as one.
 * pino's own path list could not do that: it knows only the paths that somebody thought of.
 */
export function createLogger({ level, base = {}, destination = "stdout" }: LoggerOptions): Logger {
  const stream = typeof destination === "string" ? pino.destination(destination === "stdout" ? 1 : 2) : destination;
  const logger: Logger = pino(
    {
      level,
      base,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: activeTrace,
      serializers: { err: (error: unknown) => scrub(error), error: (error: unknown) => scrub(error) },
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => scrub(line) as Record<string, unknown>,
      },
      hooks: {
        logMethod(parameters, method) {
          const [first, ...rest] = parameters as [unknown, ...unknown[]];
          // The message of an error that is logged alone, and texts with placeholders, never pass `formatters.log`.
          const arguments_ =
            first instanceof Error && rest.length === 0 ? [{ err: first }, first.message] : [first, ...rest];
          method.apply(this, arguments_.map((item) => (typeof item === "string" ? scrubText(item) : item)) as never);
        },
      },
    },
    stream,
  );
  // A child's bindings pass no formatter of pino's, so they are scrubbed on their way in; children inherit this method.
  const child = logger.child as unknown as (this: Logger, bindings: object, options?: object) => Logger;
  const scrubbedChild = function (this: Logger, bindings: object, options?: object): Logger {
    return child.call(this, scrub(bindings) as object, options);
  };
  logger.child = scrubbedChild as unknown as Logger["child"];
  return logger;
}

import { context, type Meter, type Tracer, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createLogger, type LogDestination, type Logger, type LogLevel } from "./logger.ts";
import { observeRuntime } from "./runtime-metrics.ts";

export interface TelemetryOptions {
  serviceName: string;
  version: string;
  logLevel: LogLevel;
  /** Base URL of an OTLP/HTTP collector, such as `http://localhost:4318`. Without it nothing is traced. */
  otlpEndpoint?: string | undefined;
  logDestination?: LogDestination | undefined;
}

/** What a process says about itself: log lines, spans and metrics. */
export interface Telemetry {
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Whether spans go anywhere; without that, none need be made. */
  readonly isTracing: boolean;
  readonly meter: Meter;
  /** All metrics in Prometheus's text format, read now. */
  prometheusText(): Promise<string>;
  /** Sends the spans that wait, and stops. Never throws: a dead collector must not hold up a shutdown. */
  shutdown(): Promise<void>;
}

/** Collects only when it is asked; the HTTP server that answers a scrape is Reef's own. */
class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Starts telemetry for this process. Call it once: the active span is kept in a process-wide place. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { serviceName, version, logLevel, otlpEndpoint, logDestination } = options;
  const logger = createLogger({
    level: logLevel,
    base: { service: serviceName, version, pid: process.pid },
    ...(logDestination === undefined ? {} : { destination: logDestination }),
  });
  const resource = resourceFromAttributes({ "service.name": serviceName, "service.version": version });
  const reader = new OnDemandReader();
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  const meter = meterProvider.getMeter(serviceName, version);
  const stopRuntime = observeRuntime(meter);
  const serializer = new PrometheusSerializer("", false);
  const tracerProvider = otlpEndpoint === undefined ? undefined : startTracing(otlpEndpoint, resource);
  return {
    logger,
    // Without a provider the API's own tracer answers, which records nothing and allocates next to nothing.
    tracer: (tracerProvider ?? trace).getTracer(serviceName, version),
    isTracing: tracerProvider !== undefined,
    meter,
    async prometheusText() {
      const { resourceMetrics, errors } = await reader.collect();
      for (const error of errors) logger.warn({ err: error }, "A metric could not be read.");
      return serializer.serialize(resourceMetrics);
    },
    async shutdown() {
      stopRuntime();
      const results = await Promise.allSettled([tracerProvider?.shutdown(), meterProvider.shutdown()]);
      for (const result of results) {
        if (result.status === "rejected") logger.warn({ err: result.reason }, "Telemetry was not flushed.");
      }
      logger.flush();
    },
  };
}

function startTracing(otlpEndpoint: string, resource: ReturnType<typeof resourceFromAttributes>): TracerProvider {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/+$/, "")}/v1/traces` });
  return new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
}

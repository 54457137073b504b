import { billingConfig } from "@reef/billing";
import { flagSetting, listSetting, loadConfig, numberSetting, textSetting } from "@reef/config";
import { gatewayConfig, providerKeyConfig } from "@reef/gateway";
import { identityConfig } from "@reef/identity";
import { mailConfig } from "@reef/mail";
import { memoryConfig } from "@reef/memory";
import { z } from "zod";

/** The settings of the server itself; those of the modules stand beside their code. */
export const serverConfig = {
  REEF_PORT: numberSetting(1, 65_535).int().default(4200).describe("The TCP port"),
  REEF_HOST: textSetting().default("127.0.0.1").describe("The address to listen on; 0.0.0.0 listens on all"),
  REEF_PUBLIC_URL: z
    .url()
    .optional()
    .describe("The address under which clients reach this reef; http://localhost:PORT unless set"),
  REEF_DATA_DIR: textSetting()
    .default(".reef")
    .describe("The folder of the embedded database and of what this reef generates for itself"),
  DATABASE_URL: z.url().optional().describe("A Postgres 15 or later with pgvector, instead of the embedded database"),
  DATABASE_POOL_SIZE: numberSetting(2, 500).int().default(10).describe("Connections to that Postgres at most"),
  REEF_SECRET: z
    .string()
    .min(32, "must have 32 characters at least")
    .optional()
    .describe("The master secret, from which keys are derived; needed with DATABASE_URL, else kept in the data folder"),
  REEF_ALLOWED_ORIGINS: listSetting()
    .default([])
    .describe("Origins of other sites whose pages may call the API, comma-separated"),
  REEF_TRUSTED_PROXIES: numberSetting(0, 10)
    .int()
    .default(0)
    .describe("How many proxies of yours stand before the reef"),
  REEF_RATE_LIMIT_FACTOR: numberSetting(0.01, 100_000)
    .default(1)
    .describe("Multiplies every limit of requests per minute"),
  REEF_STREAMS_PER_ADDRESS: numberSetting(1, 100_000)
    .int()
    .default(5)
    .describe("Streams of events that one address may have open at once"),
  REEF_STREAMS: numberSetting(1, 100_000)
    .int()
    .default(2_000)
    .describe("Streams of events that one process has open at most"),
  REEF_METRICS_TOKEN: textSetting()
    .optional()
    .describe("The bearer token for /metrics; without it only this machine may read them"),
  REEF_MIGRATE: flagSetting()
    .default(true)
    .describe("Whether the server migrates its database at start; false where npm run migrate is a release step"),
  REEF_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error"])
    .optional()
    .describe("The least level of log lines on stderr; info, or warn on a terminal"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe("An OpenTelemetry collector (OTLP over HTTP) that gets traces"),
};

/** Every setting of the program, as docs/reference/settings.md lists them. */
export const allSettings = {
  ...serverConfig,
  ...mailConfig,
  ...identityConfig,
  ...memoryConfig,
  ...billingConfig,
  ...gatewayConfig,
  ...providerKeyConfig,
};

export type ReefSettings = ReturnType<typeof loadSettings>;

/** Reads and checks all settings. @throws ConfigError with every problem at once. */
export const loadSettings = (environment?: Record<string, string | undefined>) => loadConfig(allSettings, environment);

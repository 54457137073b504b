import { deriveKey } from "@reef/crypto";
import { createCursors, type DatabaseHandle } from "@reef/db";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import type { Encoder } from "./encoder/encoder.ts";
import { createMemoryRoutes } from "./routes.ts";
import { createMemoryService } from "./service.ts";
import { registerWorkflows } from "./workflows.ts";

export interface MemoryDependencies {
  database: DatabaseHandle;
  workflows: Workflows;
  telemetry: Telemetry;
  masterSecret: string;
  encoder: Encoder | undefined;
}

/** Puts the module together. `start` runs once the workflow engine does. */
export function createMemoryModule({ database, workflows, telemetry, masterSecret, encoder }: MemoryDependencies) {
  const background = registerWorkflows({ database, workflows, encoder });
  const service = createMemoryService({
    cursors: createCursors(deriveKey(masterSecret, "memory.cursors")),
    logger: telemetry.logger,
    embed: background.embed,
    purge: background.purge,
    encoder,
  });
  return {
    api: service,
    routes: createMemoryRoutes(service),
    start: () => background.embedMissing(),
    stop: async () => encoder?.close(),
  };
}

export type MemoryModule = ReturnType<typeof createMemoryModule>;

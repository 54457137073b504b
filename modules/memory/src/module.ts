import { deriveKey } from "@reef/crypto";
import { createCursors, type DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { IdentityApi } from "@reef/identity";
import type { PermissionsApi } from "@reef/permissions";
import type { SigningApi } from "@reef/signing";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import type { Encoder } from "./encoder/encoder.ts";
import { createMemoryRoutes } from "./routes.ts";
import { createMemoryService } from "./service.ts";
import { registerWorkflows } from "./workflows.ts";

export interface MemoryDependencies {
  database: DatabaseHandle;
  events: Events;
  workflows: Workflows;
  telemetry: Telemetry;
  masterSecret: string;
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  permissions: PermissionsApi;
  signing: SigningApi;
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

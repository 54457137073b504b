import { deriveKey } from "@reef/crypto";
import { createCursors, type DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { IdentityApi } from "@reef/identity";
import type { PermissionsApi } from "@reef/permissions";
import type { SigningApi } from "@reef/signing";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import { createComposer } from "./context/composer.ts";
import type { Encoder } from "./encoder/encoder.ts";
import { createMemoryRoutes } from "./routes.ts";
import { createFeedStreams } from "./service/feed-streams.ts";
import { createPublishing } from "./service/publishing.ts";
import { forgetDeletedGroups } from "./service/sharing.ts";
import { createMemoryService } from "./service.ts";
import { registerWorkflows } from "./workflows.ts";

export interface MemoryDependencies {
  database: DatabaseHandle;
  events: Events;
  workflows: Workflows;
  telemetry: Telemetry;
  masterSecret: string;
  identity: Pick<IdentityApi, "findAgent" | "findKey" | "listAgentsById">;
  permissions: PermissionsApi;
  signing: SigningApi;
  encoder: Encoder | undefined;
}

/** Puts the module together. `start` runs once the workflow engine does. */
export function createMemoryModule(dependencies: MemoryDependencies) {
  const { database, workflows, telemetry, masterSecret, identity, permissions, signing, encoder } = dependencies;
  forgetDeletedGroups(database, dependencies.events, permissions);
  const background = registerWorkflows({ database, workflows, encoder });
  const composer = createComposer();
  const cursors = createCursors(deriveKey(masterSecret, "memory.cursors"));
  const { logger } = telemetry;
  const streams = createFeedStreams({ database, cursors, identity, logger });
  const publishing = createPublishing({ ...dependencies, onPublished: streams.wake });
  const service = createMemoryService({
    identity,
    permissions,
    signing,
    ...publishing,
    streams,
    cursors,
    logger,
    embed: background.embed,
    purge: background.purge,
    composer,
    encoder,
  });
  return {
    api: service,
    routes: createMemoryRoutes(service),
    loops: [streams.loop],
    start: () => background.embedMissing(),
    stop: async () => {
      await Promise.all([encoder?.close(), composer.close()]);
    },
  };
}

export type MemoryModule = ReturnType<typeof createMemoryModule>;

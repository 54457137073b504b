import type { DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { HttpApp, MountedRoute } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { SigningApi } from "./api.ts";
import { signingErrors } from "./errors.ts";

export interface SigningDependencies {
  database: DatabaseHandle;
  events: Events;
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  logger: Logger;
  masterSecret: string;
  publicUrl: string;
}

export interface SigningModule {
  api: SigningApi;
  routes: MountedRoute[];
  /** Adds the pages on which a person sees a signature checked. */
  mount(app: HttpApp): void;
  loops: Loop[];
}

/** Puts the module together. */
export function createSigningModule(_dependencies: SigningDependencies): SigningModule {
  return {
    api: {
      recorder: { record: async () => {} },
      getSigned: () => Promise.reject(signingErrors.not_found()),
    },
    routes: [],
    mount() {},
    loops: [],
  };
}

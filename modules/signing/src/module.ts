import { deriveKey, signingKeyFromSeed } from "@reef/crypto";
import { createCursors, type DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { HttpApp, MountedRoute } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { SigningApi } from "./api.ts";
import type { Clock } from "./clock.ts";
import { actionRecorded } from "./events.ts";
import { signingLoops } from "./loops.ts";
import { mountVerifyPage } from "./pages/verify-page.ts";
import { createSigningRoutes } from "./routes.ts";
import { createAudit } from "./service/audit.ts";
import { createLedger } from "./service/ledger.ts";
import { createRequests } from "./service/requests.ts";
import { createVerification } from "./service/verification.ts";

export interface SigningDependencies {
  database: DatabaseHandle;
  events: Events;
  identity: Pick<IdentityApi, "findKey" | "isFounder">;
  masterSecret: string;
  clock?: Clock;
}

export interface SigningModule {
  api: SigningApi;
  routes: MountedRoute[];
  /** Adds the pages on which a person sees a signature checked. */
  mount(app: HttpApp): void;
  loops: Loop[];
}

/** The consumer's name is in the database, where the first migration noted it. */
const CONSUMER = "signing.ledger";

/** Puts the module together. */
export function createSigningModule(dependencies: SigningDependencies): SigningModule {
  const { database, events, identity, masterSecret, clock = Date } = dependencies;
  const cursors = createCursors(deriveKey(masterSecret, "signing.cursors"));
  const auditKey = signingKeyFromSeed(deriveKey(masterSecret, "signing.audit"));
  const requests = createRequests({ clock, cursors });
  const ledger = createLedger({ events, clock, auditKey });
  events.consume(CONSUMER, actionRecorded, (event) => ledger.append(database.kysely, event));
  return {
    api: { recorder: ledger.recorder, auditPublicKey: auditKey.publicKey, getSigned: requests.getSigned },
    routes: createSigningRoutes(requests, createVerification({ identity }), createAudit({ cursors, identity, ledger })),
    mount: mountVerifyPage,
    loops: signingLoops({ database, clock, ledger }),
  };
}

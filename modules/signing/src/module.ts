import { deriveKey, signingKeyFromSeed } from "@reef/crypto";
import { createCursors, type DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { HttpApp, MountedRoute, PersonCaller } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { SigningApi } from "./api.ts";
import type { Clock } from "./clock.ts";
import { actionRecorded } from "./events.ts";
import { signingLoops } from "./loops.ts";
import { mountVerifyPage } from "./pages/verify-page.ts";
import { createSigningRoutes } from "./routes.ts";
import { createActivityStreams } from "./service/activity-streams.ts";
import { createAudit } from "./service/audit.ts";
import { createLedger } from "./service/ledger.ts";
import { createRequests } from "./service/requests.ts";
import { createVerification } from "./service/verification.ts";

export interface SigningDependencies {
  database: DatabaseHandle;
  events: Events;
  identity: Pick<IdentityApi, "findKey" | "isFounder" | "listAgentsById">;
  masterSecret: string;
  clock?: Clock;
  /** Absent where nobody follows anything, as in tests of other modules. */
  telemetry?: Pick<Telemetry, "logger">;
  /**
   * Whether the person is still signed in, and still a member of an organization that is not suspended. Asked every few
   * seconds for each stream that is open, with the caller that opened it. Unless it is given, nobody is shut out.
   */
  stillAdmitted?: (caller: PersonCaller) => Promise<boolean>;
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
  const { stillAdmitted = async () => true } = dependencies;
  const cursors = createCursors(deriveKey(masterSecret, "signing.cursors"));
  const auditKey = signingKeyFromSeed(deriveKey(masterSecret, "signing.audit"));
  const requests = createRequests({ clock, cursors, identity });
  const ledger = createLedger({ events, clock, auditKey });
  const streams = createActivityStreams({ database, logger: dependencies.telemetry?.logger, stillAdmitted });
  const verification = createVerification({ identity });
  events.consume(CONSUMER, actionRecorded, async (event) => {
    await ledger.append(database.kysely, event);
    streams.wake(event.payload.actor.organizationId);
  });
  return {
    api: { recorder: ledger.recorder, auditPublicKey: auditKey.publicKey, getSigned: requests.getSigned },
    routes: createSigningRoutes(requests, verification, createAudit({ cursors, identity, ledger }), streams),
    mount: mountVerifyPage,
    loops: [...signingLoops({ database, clock, ledger }), streams.loop],
  };
}

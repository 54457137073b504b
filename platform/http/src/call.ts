import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Scope } from "./contract.ts";

/** Who is calling, as its access token says; nothing of it is read from the database. */
export interface Caller {
  kind: "agent";
  agentId: Id<"agt">;
  organizationId: Id<"org">;
  name: string;
  fingerprint: string;
  publicKey: string;
  scopes: ReadonlySet<Scope>;
}

/** One request on its way through a service: who asks, and the connection (or open transaction) to answer with. */
export interface Call<Who extends Caller | undefined = Caller> {
  caller: Who;
  db: Connection;
  requestId: string;
}

/** Tells who sends a request. `apps/server` fills it from the identity module. */
export interface Authenticator {
  /**
   * The caller behind an `Authorization` header.
   *
   * @throws identity.invalid_token when the header names nobody, or somebody who is disabled.
   */
  authenticate(authorization: string): Caller | Promise<Caller>;
}

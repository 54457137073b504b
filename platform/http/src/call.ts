import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Scope } from "./contract.ts";

export type { EventStream, StreamEvent, StreamOpener } from "./event-stream.ts";

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
  /** What this request has found out already, by key: shared by all that work on it, and gone with it. */
  memo: Map<string, unknown>;
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

/** One change, as the record of who did what holds it: which things it was about, never what they contain. */
export interface Action {
  actor: Pick<Caller, "agentId" | "organizationId" | "name" | "fingerprint">;
  operation: string;
  /** Ids in the path and of what was created, by name. */
  subject: Readonly<Record<string, string>>;
  /** Names of the fields that the request set. */
  fields: readonly string[];
  requestId: string;
}

/** Records what was done. `apps/server` fills it from the signing module. */
export interface ActionRecorder {
  /** Records an action in the transaction of the change, so that both hold or neither. */
  record(transaction: Connection, action: Action): Promise<void>;
}

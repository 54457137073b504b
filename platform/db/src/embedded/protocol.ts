/** What the worker of the embedded database is started with: a folder, or nothing for memory; optionally a snapshot to load. */
export interface EmbeddedWorkerData {
  folder?: string;
  snapshot?: Uint8Array<ArrayBuffer>;
}

/** From the main thread. `client` numbers the wire connection that a message belongs to. */
export type EmbeddedRequest =
  | { kind: "connect"; client: number }
  | { kind: "wire"; client: number; bytes: Uint8Array }
  | { kind: "snapshot" }
  | { kind: "close" };

/** To the main thread. */
export type EmbeddedReply =
  | { kind: "ready" }
  | { kind: "connected"; client: number }
  | { kind: "wire"; client: number; bytes: Uint8Array }
  | { kind: "snapshot"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "closed" };

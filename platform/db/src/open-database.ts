import { join } from "node:path";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { type FolderLock, lockDataFolder, StartupError } from "./embedded/data-folder.ts";
import { type EmbeddedPostgres, type EmbeddedSnapshot, startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { prepareStatements } from "./embedded/prepare-statements.ts";
import { assertOutsideTransaction } from "./transact.ts";

/** Where the data is: a server by `url`; else embedded in `folder`, or in memory where neither is given. */
export interface DatabaseOptions {
  url?: string | undefined;
  folder?: string | undefined;
  /** Connections at most, for a server; the embedded database has one session. */
  poolSize?: number;
  /** Embedded in memory only: start from these bytes. */
  snapshot?: EmbeddedSnapshot | undefined;
  /** Told of a connection that broke while it was idle; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

export interface DatabaseHandle {
  readonly kind: "embedded" | "postgres";
  readonly kysely: Kysely<object>;
  /** Calls `onNotify` for each NOTIFY on `channel` by **another** process; the embedded database has none. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<{ close(): Promise<void> }>;
  /** All bytes of an embedded database, for {@link DatabaseOptions.snapshot}. */
  snapshot(): Promise<EmbeddedSnapshot>;
  close(): Promise<void>;
}

/** A query that a person waits for never takes this long; one that does must not hold a connection for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 15_000;
/** How a connection to a server is made: one whose other end went away without a word is found out. */
const CONNECTION = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** 64-bit integers arrive as numbers on every database; no count or sequence of Reef's reaches 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/** Opens the database and proves that it answers. @throws StartupError, also when a server is out of reach. */
export async function openDatabase(options: DatabaseOptions): Promise<DatabaseHandle> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options);
}

async function openEmbedded({ folder, snapshot }: DatabaseOptions): Promise<DatabaseHandle> {
  const lock: FolderLock | undefined = folder === undefined ? undefined : lockDataFolder(folder);
  const embedded = await startEmbeddedPostgres({
    ...(folder === undefined ? {} : { folder: join(folder, "postgres") }),
    ...(snapshot === undefined ? {} : { snapshot }),
  }).catch((error: unknown) => {
    lock?.release();
    throw error;
  });
  const pool = new pg.Pool({ max: 1, types, idleTimeoutMillis: 0, ...wireOf(embedded) });
  pool.on("connect", prepareStatements);
  const kysely = kyselyOver(pool);
  return {
    kind: "embedded",
    kysely,
    listen: async () => ({ close: async () => {} }),
    snapshot: () => embedded.snapshot(),
    async close() {
      await kysely.destroy();
      await embedded.close();
      lock?.release();
    },
  };
}

const wireOf = (embedded: EmbeddedPostgres) =>
  ({
    user: "postgres",
    database: "postgres",
    host: "embedded",
    ssl: false,
    stream: () => embedded.connect(),
  }) as pg.PoolConfig;

async function openServer(url: string, { poolSize = 10, onIdleError }: DatabaseOptions): Promise<DatabaseHandle> {
  const pool = new pg.Pool({
    ...CONNECTION,
    connectionString: url,
    types,
    max: poolSize,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  });
  pool.on("error", (error) => onIdleError?.(error));
  // The pool hears of errors only while a connection is idle. One that breaks in somebody's hands fails what is asked of it,
  // and that tells; but without a listener of its own its error would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  const kysely = kyselyOver(pool);
  try {
    await sql`select 1`.execute(kysely);
  } catch (cause) {
    await kysely.destroy();
    const { message } = cause as Error;
    throw new StartupError(`The database does not answer (${message}). Check DATABASE_URL, and that it runs.`, {
      cause,
    });
  }
  return {
    kind: "postgres",
    kysely,
    listen: (channel, onNotify) => listen(url, channel, onNotify),
    snapshot: () => Promise.reject(new Error("Only an embedded database can be copied as bytes.")),
    close: () => kysely.destroy(),
  };
}

function kyselyOver(pool: pg.Pool): Kysely<object> {
  const guarded = {
    options: pool.options,
    connect() {
      assertOutsideTransaction();
      return pool.connect();
    },
    end: () => pool.end(),
  };
  return new Kysely<object>({ dialect: new PostgresDialect({ pool: guarded }) });
}

/** Holds one connection of its own on LISTEN, and takes a new one a second after it breaks; rejects where the first one fails. */
async function listen(url: string, channel: string, onNotify: (payload: string) => void) {
  let closed = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...CONNECTION, connectionString: url });
    client = next;
    next.on("notification", (message) => onNotify(message.payload ?? ""));
    next.on("error", () => {});
    // It ends once, whether it was ever connected or not: whoever took a new one for each failure as well would soon have
    // thousands at a server that is away.
    next.once("end", () => {
      if (!closed) retry = setTimeout(() => void connect().catch(() => {}), 1_000).unref();
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      void next.end().catch(() => {});
      throw error;
    }
    // Whatever was sent while nobody listened is fetched now.
    onNotify("");
  };
  const close = async (): Promise<void> => {
    closed = true;
    clearTimeout(retry);
    await client?.end();
  };
  try {
    await connect();
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

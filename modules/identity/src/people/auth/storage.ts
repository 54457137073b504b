import { AsyncLocalStorage } from "node:async_hooks";
import { kyselyAdapter } from "@better-auth/kysely-adapter";
import { newId, toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { BetterAuthOptions } from "better-auth";
import type { DBAdapter, Where } from "better-auth/adapters";
import type { Kysely } from "kysely";
import { deleteSessionsOfAccount } from "../store/sessions.ts";
import { isUuid } from "../uuid.ts";

/** The database as better-auth uses it: every query goes to the transaction that is open around it, if there is one. */
export interface AuthStorage {
  /** What better-auth takes as its `database`. */
  adapter(options: BetterAuthOptions): DBAdapter;
  /** The open transaction, or the root handle. */
  connection(): Connection;
  /** Runs `work` in one transaction, which all queries of better-auth within it join. It may run more than once. */
  transact<Result>(work: (transaction: Connection) => Promise<Result>): Promise<Result>;
}

interface Open {
  transaction: Connection;
  /** False once it has ended: what goes on in the background then no longer sees it. */
  active: boolean;
}

/**
 * Some of better-auth's plugins ask the adapter that they were made with, also while a transaction is open; beside it, the
 * embedded database's single session would wait for ever. So the connection is looked up at each query.
 */
export function createAuthStorage(root: Connection): AuthStorage {
  const transactions = new AsyncLocalStorage<Open>();
  const connection = (): Connection => {
    const open = transactions.getStore();
    return open?.active ? open.transaction : root;
  };
  const routed = new Proxy(root.withSchema("identity"), {
    get(_target, name) {
      const current = connection().withSchema("identity");
      const member: unknown = Reflect.get(current, name, current);
      // Kysely's `fn` is a function with further ones as its properties, which a bound one would not have.
      return typeof member === "function" && name !== "fn" ? member.bind(current) : member;
    },
  });

  const storage: AuthStorage = {
    adapter(options) {
      const made = kyselyAdapter(routed as Kysely<unknown>, { type: "postgres", transaction: false })(options);
      const guarded = refuseForeignIds(endSessionsWithPassword(made, storage));
      return { ...guarded, transaction: (work) => storage.transact(() => work(guarded)) };
    },
    connection,
    transact: (work) =>
      transact(connection(), async (transaction) => {
        const open: Open = { transaction, active: true };
        try {
          return await transactions.run(open, () => work(transaction));
        } finally {
          open.active = false;
        }
      }),
  };
  return storage;
}

/**
 * Another password ends all sessions, and does so in one transaction with them: better-auth ends them some steps later, and
 * a server that is stopped in between would leave those of who knew the old one.
 */
function endSessionsWithPassword(adapter: DBAdapter, { transact }: Pick<AuthStorage, "transact">): DBAdapter {
  const replace = <Result>(
    { model, where, update }: { model: string; where: readonly Where[]; update: object },
    work: () => Promise<Result>,
  ): Promise<Result> => {
    if (model !== "account" || !("password" in update)) return work();
    return transact(async (transaction) => {
      const result = await work();
      const named = where.find(({ field }) => field === "id" || field === "userId");
      await deleteSessionsOfAccount(transaction, String(named?.value));
      return result;
    });
  };
  return {
    ...adapter,
    update: (query) => replace(query, () => adapter.update(query)),
    updateMany: (query) => replace(query, () => adapter.updateMany(query)),
  };
}

/** Ids of people, organizations and all the rest are UUIDs; an id of another form would make the database refuse the query. */
const ID_FIELDS: Readonly<Record<string, readonly string[]>> = {
  user: ["id"],
  session: ["id", "userId", "activeOrganizationId"],
  account: ["id", "userId"],
  verification: [],
  organization: ["id"],
  member: ["id", "organizationId", "userId"],
  invitation: ["id", "organizationId", "inviterId"],
  twoFactor: ["id", "userId"],
  passkey: ["id", "userId"],
  apikey: ["id", "referenceId"],
  deviceCode: ["id", "userId"],
};

/** What such an id names does not exist, so the answer is that of a query that finds nothing. */
function refuseForeignIds(adapter: DBAdapter): DBAdapter {
  const isForeign = (model: string, where: readonly Where[] = []): boolean =>
    where.some(({ field, value }) => {
      if (!ID_FIELDS[model]?.includes(field) || value === null) return false;
      return [value].flat().some((item) => !isUuid(item));
    });
  return {
    ...adapter,
    findOne: async (query) => (isForeign(query.model, query.where) ? null : adapter.findOne(query)),
    findMany: async (query) => (isForeign(query.model, query.where) ? [] : findNewest(adapter, query)),
    count: async (query) => (isForeign(query.model, query.where) ? 0 : adapter.count(query)),
    update: async (query) => (isForeign(query.model, query.where) ? null : adapter.update(query)),
    updateMany: async (query) => (isForeign(query.model, query.where) ? 0 : adapter.updateMany(query)),
    delete: async (query) => (isForeign(query.model, query.where) ? undefined : adapter.delete(query)),
    deleteMany: async (query) =>
      isForeign(query.model, query.where) || isSweep(query) ? 0 : adapter.deleteMany(query),
    consumeOne: async (query) => (isForeign(query.model, query.where) ? null : adapter.consumeOne(query)),
    incrementOne: async (query) => (isForeign(query.model, query.where) ? null : adapter.incrementOne(query)),
  };
}

/** The longest list without a limit of its own. */
export const MOST_LISTED = 100;
type ManyQuery = Parameters<DBAdapter["findMany"]>[0];

/**
 * Lists show a hundred at most: of sessions and invitations the newest, and before all others the invitations of an
 * organization that somebody may still accept. Else who has sent many could hide one behind them.
 */
async function findNewest<Row>(adapter: DBAdapter, query: ManyQuery): Promise<Row[]> {
  const { model, where = [] } = query;
  if (model !== "session" && model !== "invitation") return adapter.findMany<Row>(query);
  const sorted: ManyQuery = { sortBy: { field: "createdAt", direction: "desc" }, ...query };
  if (model === "session" || where.length !== 1 || where[0]?.field !== "organizationId") {
    return adapter.findMany<Row>(sorted);
  }
  const rows: Row[] = [];
  for (const operator of ["eq", "ne"] as const) {
    const isPending: Where = { field: "status", operator, value: "pending" };
    rows.push(...(await adapter.findMany<Row>({ ...sorted, where: [...where, isPending] })));
  }
  return rows.slice(0, MOST_LISTED);
}

/**
 * The plug-in of API keys sweeps expired ones beside the request and waits for nothing, so the transaction that it joined
 * may be over. The module's housekeeping does it instead.
 */
const isSweep = ({ model, where }: { model: string; where: readonly Where[] }): boolean =>
  model === "apikey" && where.some(({ field }) => field === "expiresAt");

/** A UUIDv7, as every other id of the reef. */
export const newAuthId = (): string => toUuid(newId("usr"));

import { loadConfig } from "@reef/config";
import type { Connection, DatabaseHandle } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { Clock } from "../clock.ts";
import { createAttempts } from "./attempts.ts";
import type { Auth } from "./auth/create-auth.ts";
import { withRequestState } from "./auth/request-state.ts";
import { accountsSecret } from "./auth/secret.ts";
import { createAuthStorage } from "./auth/storage.ts";
import type { Mailer } from "./mailer.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { type PeopleConfig, peopleConfig } from "./settings.ts";
import { createSetup, type Setup } from "./setup.ts";
import { findOrganizationOfKey } from "./store/members.ts";
import { CLIENT_ADDRESS_HEADER } from "./wire.ts";

export interface AccountsDependencies {
  database: DatabaseHandle;
  mailer: Mailer;
  logger: Logger;
  masterSecret: string;
  /** No slash at its end. Redirects lead there alone, and passkeys and cookies are for it. */
  publicUrl: string;
  config: PeopleConfig | undefined;
  clock: Clock;
}

/** One request to `/api/auth`, read and bounded. */
export interface AccountsRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** The client's address, as the reef's own proxies tell it. */
  address: string;
}

/** Another service where people may sign in. */
type Provider = "google" | "microsoft" | "github";

/** The accounts of people. */
export interface Accounts extends Sessions, Setup {
  /** Which other services are set up. */
  providers: readonly Provider[];
  /** Who may make an account. */
  signUp: PeopleConfig["REEF_SIGN_UP"];
  /** The UUID of the organization that an API key is bound to; undefined for what names no key. */
  findOrganizationOfKey(keyId: unknown): Promise<string | undefined>;
  /** Loads better-auth, which takes half a second, before somebody has to wait for it. */
  open(): Promise<void>;
  /** Answers a request to `/api/auth`. What better-auth does not expect is thrown. */
  handle(request: AccountsRequest): Promise<Response>;
  /**
   * Answers as {@link handle} does, in one transaction with what `conclude` adds. Where the answer is a refusal, or
   * `conclude` throws, nothing of it was done.
   */
  handleInTransaction(
    request: AccountsRequest,
    conclude: (transaction: Connection, answer: Response) => Promise<void>,
  ): Promise<Response>;
}

/** Makes the accounts; better-auth itself is loaded at the first request to it, or by {@link Accounts.open}. */
export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { database, publicUrl, masterSecret, clock, config = loadConfig(peopleConfig, {}) } = dependencies;
  const storage = createAuthStorage(database.kysely);
  const attempts = createAttempts({ db: storage.connection, masterSecret, clock });
  let loaded: Promise<Auth> | undefined;
  const auth = () => {
    loaded ??= import("./auth/create-auth.ts").then(({ createAuth }) =>
      createAuth({ ...dependencies, config, storage, attempts }),
    );
    return loaded;
  };
  const { origin } = new URL(publicUrl);

  const toRequest = ({ method, path, headers, body, address }: AccountsRequest): Request =>
    new Request(`${origin}${path}`, {
      method,
      headers: { ...headers, [CLIENT_ADDRESS_HEADER]: address },
      ...(body !== undefined && { body }),
    });

  const handle = async (request: AccountsRequest): Promise<Response> => {
    const { handler } = await auth();
    return withRequestState(() => handler(toRequest(request)));
  };

  return {
    ...createSessions({ db: database.kysely, secret: accountsSecret(masterSecret), publicUrl, clock }),
    ...createSetup({ clock }),
    providers: configuredProviders(config),
    signUp: config.REEF_SIGN_UP,
    findOrganizationOfKey: (keyId) => findOrganizationOfKey(database.kysely, keyId),
    async open() {
      await (await auth()).$context;
    },
    handle,
    async handleInTransaction(request, conclude) {
      // It is loaded before the transaction begins, which would have to wait for it.
      await auth();
      try {
        return await storage.transact(async (transaction) => {
          const answer = await handle(request);
          if (answer.status >= 400) throw new Refused(answer);
          await conclude(transaction, answer);
          return answer;
        });
      } catch (error) {
        if (error instanceof Refused) return error.answer;
        throw error;
      }
    },
  };
}

/** Carries an answer out of a transaction that it rolls back. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly answer: Response;

  constructor(answer: Response) {
    super("The accounts refused the request.");
    this.answer = answer;
  }
}

const configuredProviders = (config: PeopleConfig): Provider[] => {
  const { REEF_GOOGLE_CLIENT_ID, REEF_MICROSOFT_CLIENT_ID, REEF_GITHUB_CLIENT_ID } = config;
  const ids = { google: REEF_GOOGLE_CLIENT_ID, microsoft: REEF_MICROSOFT_CLIENT_ID, github: REEF_GITHUB_CLIENT_ID };
  return (Object.keys(ids) as Provider[]).filter((provider) => ids[provider] !== undefined);
};

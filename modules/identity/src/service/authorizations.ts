import { toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Events } from "@reef/events";
import type { AgentCaller, Call } from "@reef/http/call";
import type { Scope } from "@reef/http/contract";
import type { Clock } from "../clock.ts";
import type { Authorization } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { clientAuthorized } from "../events.ts";
import type { StatePayload, StateSecrets } from "../oauth/state.ts";
import { findAgent } from "../store/agents.ts";
import { approveRequest, findRequest } from "../store/oauth-state.ts";

export interface AuthorizationDependencies {
  events: Events;
  clock: Clock;
  secrets: StateSecrets;
}

/** How an agent lets a client act for it: the code that the client's page shows is good once, for ten minutes. */
export type Authorizations = ReturnType<typeof createAuthorizations>;

export function createAuthorizations({ events, clock, secrets }: AuthorizationDependencies) {
  async function findWaiting(db: Connection, code: string): Promise<{ id: string; asked: Authorization }> {
    const found = await findRequest(db, secrets.userCodeHash(code), new Date(clock.now()));
    if (found === undefined) throw identityErrors.unknown_code();
    return { id: found.id, asked: authorizationView(secrets.open(found.id, found.sealedPayload), found.expiresAt) };
  }

  return {
    /** What the client asks for. @throws identity.unknown_code */
    getAuthorization: async ({ db }: Call, code: string): Promise<Authorization> => (await findWaiting(db, code)).asked,

    /**
     * Lets the client in: its page goes on, and it gets tokens of the caller with these scopes, until the caller's access
     * changes.
     *
     * @throws identity.unknown_code, identity.scope_beyond_token, identity.invalid_token when the agent was disabled a
     * moment ago.
     */
    async approveAuthorization({ caller, db }: Call, code: string): Promise<Authorization> {
      return transact(db, async (transaction) => {
        const { id, asked } = await findWaiting(transaction, code);
        requireScopes(caller, asked.scopes);
        const agent = await findAgent(transaction, caller.agentId);
        if (agent === undefined || agent.disabled) throw identityErrors.invalid_token();
        // Another approval at the same moment may have been first.
        if (!(await approveRequest(transaction, id, agent, new Date(clock.now())))) throw identityErrors.unknown_code();
        await events.emit(transaction, toUuid(caller.organizationId), clientAuthorized, {
          agentId: caller.agentId,
          organizationId: caller.organizationId,
          clientId: asked.clientId,
          scopes: asked.scopes,
        });
        return asked;
      });
    },
  };
}

/** A token with few scopes must not become one with more. */
function requireScopes({ scopes }: AgentCaller, asked: readonly string[]): void {
  if (!asked.every((scope) => scopes.has(scope as Scope))) throw identityErrors.scope_beyond_token();
}

/** A waiting request as the agent sees it. */
export function authorizationView({ params = {} }: StatePayload, expiresAt: Date): Authorization {
  const { client_id: clientId = "", redirect_uri: redirectUri = "", scope = "" } = params;
  return {
    clientId,
    clientHost: new URL(clientId).host,
    redirectHost: redirectHostOf(redirectUri),
    scopes: scope.split(" "),
    expiresAt: expiresAt.toISOString(),
  };
}

/** The host of a web address; programs that open links of their own kind are known by its scheme. */
function redirectHostOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return protocol === "https:" || protocol === "http:" ? host : protocol;
}

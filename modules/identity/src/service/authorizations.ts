import { toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Events } from "@reef/events";
import type { AgentCaller, Call, PersonCaller } from "@reef/http/call";
import type { Scope } from "@reef/http/contract";
import type { Clock } from "../clock.ts";
import type { Authorization } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { clientAuthorized } from "../events.ts";
import { personScopesOf } from "../oauth/audiences.ts";
import type { StatePayload, StateSecrets } from "../oauth/state.ts";
import { findAgent } from "../store/agents.ts";
import { approveRequest, findRequest } from "../store/oauth-state.ts";
import { approveRequestAsMember, findMember } from "../store/people-grants.ts";
import type { Programs } from "./programs.ts";

export interface AuthorizationDependencies {
  events: Events;
  clock: Clock;
  secrets: StateSecrets;
  programs: Pick<Programs, "requireRoom">;
}

/** How an agent or a person lets a client act: the code that the client's page shows is good once, for ten minutes. */
export type Authorizations = ReturnType<typeof createAuthorizations>;

export function createAuthorizations({ events, clock, secrets, programs }: AuthorizationDependencies) {
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

    /**
     * Lets the client in for a person in one organization: it gets of these scopes what people may have, until the person
     * ends it, signs out everywhere, leaves the organization or has another password.
     *
     * @throws identity.unknown_code, identity.scope_beyond_token when there is nothing that people may have,
     * identity.signed_out when the person has left a moment ago, identity.organization_suspended,
     * identity.too_many_programs.
     */
    async approveAsMember({ caller, db }: Call<PersonCaller>, code: string): Promise<Authorization> {
      return transact(db, async (transaction) => {
        const { id, asked } = await findWaiting(transaction, code);
        const scopes = personScopesOf(asked.scopes);
        if (scopes.length === 0) throw identityErrors.scope_beyond_token({ detail: ONLY_AGENTS });
        const { organizationId, personId } = caller;
        const member = await findMember(transaction, organizationId, personId);
        if (member === undefined) throw identityErrors.signed_out();
        if (member.isSuspended) throw identityErrors.organization_suspended();
        await programs.requireRoom(transaction, personId);
        const isFirst = await approveRequestAsMember(transaction, id, member, new Date(clock.now()));
        if (!isFirst) throw identityErrors.unknown_code();
        const { clientId } = asked;
        const authorized = { personId, organizationId, clientId, scopes };
        await events.emit(transaction, toUuid(organizationId), clientAuthorized, authorized);
        return { ...asked, scopes };
      });
    },
  };
}

const ONLY_AGENTS = "The client asks only for what agents do with their own keys. Approve it as an agent.";

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

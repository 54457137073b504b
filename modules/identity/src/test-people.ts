import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Id, newId, sha256Hex, toUuid } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import {
  type Action,
  type Caller,
  callerId,
  createIdempotency,
  parseValues,
  performRoute,
  requestSchemas,
  requireAdmission,
} from "@reef/http";
import type { AccountCaller, PersonCaller } from "@reef/http/call";
import { type OrganizationRole, peopleScopes, type Scope, scopes } from "@reef/http/contract";
import { sql } from "kysely";
import { insertFoundingVoucher, type JoinedAgent, join, MASTER_SECRET, type RunningReef } from "./test-reef.ts";

const allScopes: ReadonlySet<Scope> = new Set(Object.keys({ ...scopes, ...peopleScopes }) as Scope[]);
const idempotency = createIdempotency(MASTER_SECRET);

/** A person who is put in as a row, with the ways that lead there left out. */
export async function insertPerson({ kysely }: DatabaseHandle, name: string): Promise<AccountCaller> {
  const personId = newId("usr");
  await sql`
    insert into identity.people (id, name, email, email_verified, created_at, updated_at)
    values (${toUuid(personId)}, ${name}, ${`${randomUUID()}@reef.test`}, true, now(), now())`.execute(kysely);
  return { kind: "account", personId, name, isOperator: false, scopes: allScopes };
}

/** A new person in the organization, or an older one in one more. */
export async function insertMember(
  database: DatabaseHandle,
  organizationId: Id<"org">,
  role: OrganizationRole,
  who: AccountCaller | PersonCaller | string,
): Promise<PersonCaller> {
  const person = typeof who === "string" ? await insertPerson(database, who) : who;
  await sql`
    insert into identity.members (id, organization_id, person_id, role, created_at)
    values (${randomUUID()}, ${toUuid(organizationId)}, ${toUuid(person.personId)}, ${role}, now())`.execute(
    database.kysely,
  );
  return { ...person, kind: "person", organizationId, role };
}

/** What the recorder was given, and what the route answered. */
interface Performed<Body> {
  body: Body;
  actions: Action[];
}

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a route answers a test may be anything, and the test checks it.
type AnyBody = any;

/**
 * Performs a route of the module as the server does once it knows who asks: admission, checks, transaction, record, and
 * the answer through its schema.
 */
export async function performAs(
  { identity }: RunningReef,
  { kysely }: DatabaseHandle,
  caller: Caller,
  verb: string,
  request: Parameters<typeof parseValues>[1] = {},
): Promise<Performed<AnyBody>> {
  const mounted = identity.routes.find(({ operation }) => operation === `identity.${verb}`);
  assert.ok(mounted, verb);
  requireAdmission(mounted.route, caller);
  const actions: Action[] = [];
  const result = await performRoute(
    mounted,
    {
      caller,
      principal: callerId(caller),
      requestId: "test",
      ...parseValues(requestSchemas(mounted.route), request),
      ifMatch: undefined,
    },
    { db: kysely, idempotency, recorder: { record: async (_transaction, action) => void actions.push(action) } },
  );
  return { body: mounted.route.response?.parse(result), actions };
}

/** The founding agent of another organization. */
export async function foundAnother(reef: RunningReef, database: DatabaseHandle): Promise<JoinedAgent> {
  const code = sha256Hex(randomUUID());
  await insertFoundingVoucher(database, sha256Hex(code));
  return join(reef, code, "Stranger");
}

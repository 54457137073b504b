import type { Connection } from "@reef/db";
import { type SqlBool, sql } from "kysely";

/** What a membership says of a person's part in an organization. */
export interface StoredMembership {
  organizationId: string;
  slug: string;
  name: string;
  role: "owner" | "admin" | "member";
  suspended: boolean;
}

/** A session that has not expired, with all that says who is calling; ids are UUIDs. */
export interface StoredSession {
  sessionId: string;
  personId: string;
  name: string;
  email: string;
  activeOrganizationId: string | null;
  isOperator: boolean;
  memberships: StoredMembership[];
  expiresAt: Date;
  updatedAt: Date;
}

/** An API key that is good, with its owner's part in the organization that it is bound to. */
export interface StoredApiKey extends StoredMembership {
  keyId: string;
  personId: string;
  personName: string;
  email: string;
  isOperator: boolean;
  /** What it may be used for; null where that was left open. */
  scopes: string[] | null;
}

/** More memberships than anybody has (see auth/organizations.ts), so that the query has a bound. */
const MOST_MEMBERSHIPS = 100;

/** The session of a token; the caller has verified the token's signature. One query, by unique indexes. */
export async function findSession(db: Connection, token: string, now: Date): Promise<StoredSession | undefined> {
  const { rows } = await sql<StoredSession>`
    select
      session.id as "sessionId", session.person_id as "personId", person.name, person.email,
      session.active_organization_id as "activeOrganizationId",
      exists (select from identity.operators where person_id = person.id) as "isOperator",
      (
        select coalesce(json_agg(json_build_object(
          'organizationId', organization.id, 'slug', organization.slug, 'name', organization.name,
          'role', member.role, 'suspended', organization.suspended_at is not null)
          order by member.created_at, member.id), '[]')
        from (
          select * from identity.members where person_id = person.id order by created_at, id limit ${MOST_MEMBERSHIPS}
        ) as member
        join identity.organizations as organization on organization.id = member.organization_id
      ) as memberships,
      session.expires_at as "expiresAt", session.updated_at as "updatedAt"
    from identity.sessions as session
    join identity.people as person on person.id = session.person_id
    where session.token = ${token} and session.expires_at > ${now}`.execute(db);
  return rows[0];
}

/** Lets a session live until `expiresAt`, unless another process has just done so. */
export async function renewSession(
  db: Connection,
  sessionId: string,
  { now, expiresAt }: { now: Date; expiresAt: Date },
): Promise<void> {
  await sql`
    update identity.sessions set expires_at = ${expiresAt}, updated_at = ${now}
    where id = ${sessionId} and expires_at < ${expiresAt}`.execute(db);
}

/** Ends all sessions of the person whose account, or who himself or herself, has this UUID. */
export async function deleteSessionsOfAccount(db: Connection, id: string): Promise<void> {
  await sql`
    delete from identity.sessions where person_id in (
      select person_id from identity.accounts where id = ${id}
      union all select id from identity.people where id = ${id})`.execute(db);
}

/** Ends all sessions of a person but one; both by their UUIDs. */
export async function deleteOtherSessions(db: Connection, personId: string, sessionId: string): Promise<void> {
  await sql`delete from identity.sessions where person_id = ${personId} and id <> ${sessionId}`.execute(db);
}

/** The API key with this digest, if it is enabled and has not expired. One query, by unique indexes. */
export async function findApiKey(db: Connection, keyHash: string, now: Date): Promise<StoredApiKey | undefined> {
  const { rows } = await sql<StoredApiKey>`
    select
      key.id as "keyId", key.person_id as "personId", person.name as "personName", person.email,
      exists (select from identity.operators where person_id = person.id) as "isOperator",
      organization.id as "organizationId", organization.slug, organization.name, member.role,
      organization.suspended_at is not null as suspended, key.metadata::jsonb -> 'scopes' as scopes
    from identity.api_keys as key
    join identity.people as person on person.id = key.person_id
    join identity.members as member on member.organization_id = key.organization_id and member.person_id = key.person_id
    join identity.organizations as organization on organization.id = key.organization_id
    where key.key = ${keyHash} and key.enabled and ${notExpired(now)}`.execute(db);
  return rows[0];
}

const notExpired = (now: Date) => sql<SqlBool>`(key.expires_at is null or key.expires_at > ${now})`;

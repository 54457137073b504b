import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller, PersonCaller } from "@reef/http/call";
import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from "kysely";
import type { SigningRequest } from "../contract.ts";
import { type SigningTables, tables } from "../schema.ts";

type Requests = Selectable<SigningTables["signing.requests"]>;

/** Whose requests: the organization is part of it, so no query can leave it out. */
export type Owner = Pick<AgentCaller, "agentId" | "organizationId">;

/** Who reads: an agent its own requests, a person those of all agents of the organization. */
export type Reader = Owner | Pick<PersonCaller, "personId" | "organizationId">;

/** Who made a signature, with the key that it was checked by. */
export interface Signer {
  agentId: Id<"agt">;
  name: string;
  fingerprint: string;
  publicKey: string;
}

/** The answer to a request. */
interface Completion {
  completedAt: Date;
  signature: string;
  valid: boolean;
  signer: Signer;
}

/** A signing request as the rest of the module sees it. */
export interface StoredRequest {
  id: Id<"sgn">;
  agentId: Id<"agt">;
  message: string;
  nonce: string;
  createdAt: Date;
  expiresAt: Date;
  completion: Completion | undefined;
}

function requestOf(row: Requests): StoredRequest {
  const { id, agent_id, message, nonce, created_at: createdAt, expires_at: expiresAt } = row;
  return {
    id: toTypeId("sgn", id),
    agentId: toTypeId("agt", agent_id),
    message,
    nonce,
    createdAt,
    expiresAt,
    completion: completionOf(row),
  };
}

/** All of an answer, or nothing: the database holds no half of one. */
function completionOf(row: Omit<Requests, "message">): Completion | undefined {
  const { completed_at, signature, valid, signer_name, signer_fingerprint, signer_public_key } = row;
  if (completed_at === null || signature === null || valid === null) return undefined;
  if (signer_name === null || signer_fingerprint === null || signer_public_key === null) return undefined;
  const signer = {
    agentId: toTypeId("agt", row.agent_id),
    name: signer_name,
    fingerprint: signer_fingerprint,
    publicKey: signer_public_key,
  };
  return { completedAt: completed_at, signature, valid, signer };
}

type RequestExpression = ExpressionBuilder<SigningTables, "signing.requests">;

const readableBy =
  (reader: Reader) =>
  (request: RequestExpression): Expression<SqlBool> => {
    const inOrganization = request("organization_id", "=", toUuid(reader.organizationId));
    return "personId" in reader
      ? inOrganization
      : request.and([inOrganization, request("agent_id", "=", toUuid(reader.agentId))]);
  };

/** A change is the owner's alone, so it takes no other reader. */
const ownedBy = (owner: Owner) => readableBy(owner);

/** The rule of what a request's status is: it follows from its row and the time, so nothing has to happen for it to expire. */
const hasStatus =
  (statuses: readonly SigningRequest["status"][], now: Date) =>
  (request: RequestExpression): Expression<SqlBool> =>
    request.or(
      statuses.map((status) => {
        if (status === "completed") return request("completed_at", "is not", null);
        const open = request("completed_at", "is", null);
        return request.and([open, request("expires_at", status === "pending" ? ">" : "<=", now)]);
      }),
    );

/** Makes those that create requests for one agent take turns until the transaction ends. */
export async function lockOwner(db: Connection, { agentId }: Owner): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`signing.requests:${agentId}`}, 0))`.execute(db);
}

/** Creates a request, unless the owner has `limit` pending ones at `createdAt`; {@link lockOwner} before makes that exact. */
export async function insertRequest(
  db: Connection,
  owner: Owner,
  request: Pick<StoredRequest, "message" | "nonce" | "createdAt" | "expiresAt"> & { messageHash: string },
  limit: number,
): Promise<StoredRequest | undefined> {
  const { message, messageHash, nonce, createdAt, expiresAt } = request;
  const [organization, agent] = [toUuid(owner.organizationId), toUuid(owner.agentId)];
  const { rows } = await sql<Requests>`
    insert into signing.requests
      (id, organization_id, agent_id, message, message_hash, nonce, created_at, expires_at)
    select ${toUuid(newId("sgn"))}::uuid, ${organization}::uuid, ${agent}::uuid, ${message}, ${messageHash}, ${nonce},
      ${createdAt}::timestamptz, ${expiresAt}::timestamptz
    where (
      select count(*) from (
        select from signing.requests
        where organization_id = ${organization}::uuid and agent_id = ${agent}::uuid
          and completed_at is null and expires_at > ${createdAt}::timestamptz
        limit ${limit}
      ) as pending
    ) < ${limit}
    returning *`.execute(db);
  return rows[0] && requestOf(rows[0]);
}

/** When the first of the owner's pending requests expires. */
export async function findNextExpiry(db: Connection, owner: Owner, now: Date): Promise<Date | undefined> {
  const row = await tables(db)
    .selectFrom("signing.requests")
    .select("expires_at")
    .where(ownedBy(owner))
    .where(hasStatus(["pending"], now))
    .orderBy("expires_at")
    .limit(1)
    .executeTakeFirst();
  return row?.expires_at;
}

/** The request, if the reader may see it; undefined when it is unknown or somebody else's. */
export async function findRequest(db: Connection, reader: Reader, id: string): Promise<StoredRequest | undefined> {
  const row = await tables(db)
    .selectFrom("signing.requests")
    .selectAll()
    .where("id", "=", toUuid(id as Id<"sgn">))
    .where(readableBy(reader))
    .executeTakeFirst();
  return row && requestOf(row);
}

/** Answers the owner's request, if it is still pending: of many that try at once, one does. */
export async function completeRequest(
  db: Connection,
  owner: Owner,
  id: string,
  { completedAt, signature, valid, signer }: Completion,
): Promise<StoredRequest | undefined> {
  const row = await tables(db)
    .updateTable("signing.requests")
    .set({
      completed_at: completedAt,
      signature,
      valid,
      signer_name: signer.name,
      signer_fingerprint: signer.fingerprint,
      signer_public_key: signer.publicKey,
    })
    .where("id", "=", toUuid(id as Id<"sgn">))
    .where(ownedBy(owner))
    .where(hasStatus(["pending"], completedAt))
    .returningAll()
    .executeTakeFirst();
  return row && requestOf(row);
}

/** A page of the requests that the reader may see, newest first, behind the id `before`; with the count of all that fit. */
export async function listRequests(
  db: Connection,
  reader: Reader,
  query: {
    limit: number;
    before: string | undefined;
    statuses: readonly SigningRequest["status"][] | undefined;
    now: Date;
  },
): Promise<{ requests: StoredRequest[]; total: number }> {
  const { limit, before, statuses, now } = query;
  const fitting = tables(db)
    .selectFrom("signing.requests")
    .where(readableBy(reader))
    .$if(statuses !== undefined, (requests) => requests.where(hasStatus(statuses ?? [], now)));
  const rows = await fitting
    .selectAll()
    .$if(before !== undefined, (requests) => requests.where("id", "<", before as string))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const { total } = await fitting.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { requests: rows.map(requestOf), total };
}

/** Who made a signature, in whichever organization; undefined unless it is a valid answer to a request. */
export async function findSignature(
  db: Connection,
  signature: string,
): Promise<{ requestId: Id<"sgn">; messageHash: string; signedAt: Date; signer: Signer } | undefined> {
  const row = await tables(db)
    .selectFrom("signing.requests")
    .select(["id", "organization_id", "agent_id", "message_hash", "nonce", "created_at", "expires_at"])
    .select(["completed_at", "signature", "valid", "signer_name", "signer_fingerprint", "signer_public_key"])
    .where("signature", "=", signature)
    .where("valid", "=", true)
    .executeTakeFirst();
  const completion = row && completionOf(row);
  if (row === undefined || completion === undefined) return undefined;
  const { completedAt: signedAt, signer } = completion;
  return { requestId: toTypeId("sgn", row.id), messageHash: row.message_hash, signedAt, signer };
}

/** Deletes a batch of requests of all organizations that prove nothing and are older than `before`. Returns how many. */
export async function deleteUnproved(db: Connection, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from signing.requests where id in (
      select id from signing.requests where valid is not true and created_at < ${before}
      order by created_at limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

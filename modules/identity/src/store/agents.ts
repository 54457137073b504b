import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import { provisionalSlug } from "../people/slugs.ts";
import type { IdentityTables } from "../schema.ts";
import { insertKey } from "./keys.ts";
import { tables } from "./tables.ts";

type Agents = Selectable<IdentityTables["identity.agents"]>;

/** An agent as the rest of the module sees it. */
export interface StoredAgent {
  id: Id<"agt">;
  organizationId: Id<"org">;
  name: string;
  publicKey: string;
  fingerprint: string;
  secretHash: string;
  secretVersion: number;
  accessVersion: number;
  disabled: boolean;
  /** The hour in which it last signed in; null when it never did. */
  lastSeenAt: Date | null;
  createdAt: Date;
}

/** Which agents of an organization a list shows: all, unless it says less. */
export interface AgentFilter {
  /** What the name begins with, in upper or lower case, or the fingerprint; the latter where the text can be that. */
  prefix?: { name: string; fingerprint: string | undefined } | undefined;
  disabled?: boolean | undefined;
}

/** The agent of a row. */
export const agentOf = (row: Agents): StoredAgent => ({
  id: toTypeId("agt", row.id),
  organizationId: toTypeId("org", row.organization_id),
  name: row.name,
  publicKey: row.public_key,
  fingerprint: row.fingerprint,
  secretHash: row.secret_hash,
  secretVersion: row.secret_version,
  accessVersion: row.access_version,
  disabled: row.disabled_at !== null,
  lastSeenAt: row.last_seen_at,
  createdAt: row.created_at,
});

/** Creates an organization, which its people may name; its founder is inserted later in the same transaction. */
export async function insertOrganization(
  db: Connection,
  organization: { id: Id<"org">; founderAgentId: Id<"agt">; createdAt: Date },
): Promise<void> {
  await tables(db)
    .insertInto("identity.organizations")
    .values({
      id: toUuid(organization.id),
      founder_agent_id: toUuid(organization.founderAgentId),
      name: "Organization",
      slug: provisionalSlug(organization.id),
      created_at: organization.createdAt,
    })
    .execute();
}

/** The founding agent of an organization; undefined as long as it has people alone. */
export async function findFounder(db: Connection, organizationId: Id<"org">): Promise<Id<"agt"> | undefined> {
  const row = await tables(db)
    .selectFrom("identity.organizations")
    .select("founder_agent_id")
    .where("id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return row?.founder_agent_id ? toTypeId("agt", row.founder_agent_id) : undefined;
}

/** Creates an agent; undefined when its key (or, all but impossible, its fingerprint) is or was another one's. */
export async function insertAgent(
  db: Connection,
  organizationId: Id<"org">,
  agent: Pick<StoredAgent, "id" | "name" | "publicKey" | "fingerprint" | "secretHash" | "createdAt">,
): Promise<StoredAgent | undefined> {
  const { publicKey, fingerprint, createdAt } = agent;
  const key = { generation: 1, publicKey, fingerprint, validFrom: createdAt, proof: null };
  if (!(await insertKey(db, organizationId, agent.id, key))) return undefined;
  const row = await tables(db)
    .insertInto("identity.agents")
    .values({
      id: toUuid(agent.id),
      organization_id: toUuid(organizationId),
      name: agent.name,
      public_key: agent.publicKey,
      fingerprint: agent.fingerprint,
      secret_hash: agent.secretHash,
      secret_version: 1,
      access_version: 1,
      access_changed_at: null,
      disabled_at: null,
      created_at: agent.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && agentOf(row);
}

/** An agent by the fingerprint of a key that it has or had, in whichever organization. */
export async function findAgentByFingerprint(db: Connection, fingerprint: string): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .selectFrom("identity.agent_keys as key")
    .innerJoin("identity.agents as agent", "agent.id", "key.agent_id")
    .selectAll("agent")
    .where("key.fingerprint", "=", fingerprint)
    .executeTakeFirst();
  return row && agentOf(row);
}

/** The agent whose current key this is, in whichever organization. */
export async function findAgentByKey(db: Connection, publicKey: string): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .selectFrom("identity.agents")
    .selectAll()
    .where("public_key", "=", publicKey)
    .executeTakeFirst();
  return row && agentOf(row);
}

/** An agent by its id, in whichever organization: the OAuth client that a token request names. */
export async function findAgent(db: Connection, agentId: Id<"agt">): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .selectFrom("identity.agents")
    .selectAll()
    .where("id", "=", toUuid(agentId))
    .executeTakeFirst();
  return row && agentOf(row);
}

/** The organization's agents with these ids. */
export async function listAgentsById(
  db: Connection,
  organizationId: Id<"org">,
  agentIds: readonly Id<"agt">[],
): Promise<StoredAgent[]> {
  if (agentIds.length === 0) return [];
  const rows = await tables(db)
    .selectFrom("identity.agents")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "in", agentIds.map(toUuid))
    .execute();
  return rows.map(agentOf);
}

/** An agent of the organization, by its id or a fingerprint that it has or had, locked until the transaction ends. */
export async function lockAgent(
  db: Connection,
  organizationId: Id<"org">,
  agent: { id: Id<"agt"> } | { fingerprint: string },
): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .selectFrom("identity.agents")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", (select) =>
      "id" in agent
        ? select.val(toUuid(agent.id)).$castTo<string>()
        : select
            .selectFrom("identity.agent_keys")
            .select("agent_id")
            .where("identity.agent_keys.fingerprint", "=", agent.fingerprint),
    )
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row && agentOf(row);
}

/** The organization's agents that the filter lets through. */
const agentsOf = (db: Connection, organizationId: Id<"org">, { prefix, disabled }: AgentFilter) =>
  tables(db)
    .selectFrom("identity.agents")
    .where("organization_id", "=", toUuid(organizationId))
    .$if(disabled !== undefined, (query) => query.where("disabled_at", disabled ? "is not" : "is", null))
    .$if(prefix !== undefined, (query) =>
      query.where(({ or, eb, val }) => {
        const { name = "", fingerprint } = prefix ?? {};
        const named = eb(sql<string>`lower(name)`, "like", sql<string>`lower(${val(escaped(name))})`);
        return fingerprint === undefined ? named : or([named, eb("fingerprint", "like", escaped(fingerprint))]);
      }),
    );

/** The pattern of texts that begin with this one. */
const escaped = (prefix: string): string => `${prefix.replace(/[\\%_]/g, "\\$&")}%`;

/** One page of an organization's agents, newest first: those with an id below `before`. */
export async function listAgents(
  db: Connection,
  organizationId: Id<"org">,
  filter: AgentFilter,
  page: { limit: number; before: Id<"agt"> | undefined },
): Promise<StoredAgent[]> {
  const { before } = page;
  const rows = await agentsOf(db, organizationId, filter)
    .selectAll()
    .$if(before !== undefined, (query) => query.where("id", "<", toUuid(before as Id<"agt">)))
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(agentOf);
}

export async function countAgents(db: Connection, organizationId: Id<"org">, filter: AgentFilter): Promise<number> {
  const { count } = await agentsOf(db, organizationId, filter)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Replaces an agent's client secret; undefined when the agent is disabled or gone. */
export async function updateSecret(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  secretHash: string,
): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .updateTable("identity.agents")
    .set((set) => ({
      secret_hash: secretHash,
      secret_version: set("secret_version", "+", 1),
      access_changed_at: sql<Date>`clock_timestamp()`,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(agentId))
    .where("disabled_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row && agentOf(row);
}

/** Gives an agent another key; its tokens name the old one, so they are overtaken. */
export async function updateKey(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  key: Pick<StoredAgent, "publicKey" | "fingerprint">,
): Promise<StoredAgent> {
  const row = await tables(db)
    .updateTable("identity.agents")
    .set((set) => ({
      public_key: key.publicKey,
      fingerprint: key.fingerprint,
      access_version: set("access_version", "+", 1),
      access_changed_at: sql<Date>`clock_timestamp()`,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(agentId))
    .returningAll()
    .executeTakeFirstOrThrow();
  return agentOf(row);
}

/** Disables an agent since `disabledAt`, or enables it with null. */
export async function updateDisabled(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  disabledAt: Date | null,
): Promise<StoredAgent> {
  const row = await tables(db)
    .updateTable("identity.agents")
    .set((set) => ({
      disabled_at: disabledAt,
      access_version: set("access_version", "+", 1),
      access_changed_at: sql<Date>`clock_timestamp()`,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(agentId))
    .returningAll()
    .executeTakeFirstOrThrow();
  return agentOf(row);
}

/** Notes that an agent was there in the hour that begins at `hour`. */
export async function updateLastSeen(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  hour: Date,
): Promise<void> {
  await tables(db)
    .updateTable("identity.agents")
    .set({ last_seen_at: hour })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(agentId))
    .where((where) => where.or([where("last_seen_at", "is", null), where("last_seen_at", "<", hour)]))
    .execute();
}

import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";

/** A span of time; without `to`. */
interface Span {
  from: Date;
  to: Date;
}

/** What calls came to; of a hit of the cache, whose tokens are what it saved, the call alone. */
export interface CallSums {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costNanos: number;
}

/**
 * Sums the organization's calls that began in these spans, exactly: whole hours from the sums of hours, the rest call by call,
 * by the index of when they began. In one statement, since calls are put on record all the time. The spans may not overlap.
 */
export async function sumCalls(
  db: Connection,
  organizationId: Id<"org">,
  { hours, edges }: { hours: Span | undefined; edges: readonly Span[] },
): Promise<CallSums> {
  const organization = sql`organization_id = ${toUuid(organizationId)}::uuid`;
  const within = (moment: RawBuilder<unknown>, { from, to }: Span) =>
    sql`${organization} and ${moment} >= ${from}::timestamptz and ${moment} < ${to}::timestamptz`;
  const parts = [
    ...(hours === undefined
      ? []
      : [
          sql`select calls, input_tokens, output_tokens, cost_nanos from gateway.usage_hours
            where ${within(sql`hour`, hours)}`,
        ]),
    ...edges.map(
      (edge) => sql`
        select 1 as calls, case outcome when 'cached' then 0 else input_tokens end as input_tokens,
          case outcome when 'cached' then 0 else output_tokens end as output_tokens, cost_nanos
        from gateway.usage_events where ${within(sql`started_at`, edge)}`,
    ),
  ];
  if (parts.length === 0) return { calls: 0, inputTokens: 0, outputTokens: 0, costNanos: 0 };
  // A sum of 64-bit integers is of no bounded size to Postgres, and would arrive as text.
  const { rows } = await sql<CallSums>`
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(input_tokens), 0)::bigint as "inputTokens",
      coalesce(sum(output_tokens), 0)::bigint as "outputTokens", coalesce(sum(cost_nanos), 0)::bigint as "costNanos"
    from (${sql.join(parts, sql` union all `)}) as part`.execute(db);
  const [total] = rows;
  if (total === undefined) throw new Error("A query without a condition gave no row.");
  return total;
}

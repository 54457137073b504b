import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { InvoiceLine, InvoiceState } from "../contract/invoices.ts";
import { tables } from "../schema.ts";

/** The organization's customer at Stripe; undefined before its first checkout. */
export async function findCustomer(db: Connection, organizationId: Id<"org">): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom("billing.stripe_customers")
    .select("stripe_customer_id")
    .where("organization_id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return row?.stripe_customer_id;
}

/** Keeps an organization's customer, and answers the one that is kept: of two at once the first. */
export async function saveCustomer(db: Connection, organizationId: Id<"org">, customerId: string): Promise<string> {
  await tables(db)
    .insertInto("billing.stripe_customers")
    .values({ organization_id: toUuid(organizationId), stripe_customer_id: customerId, created_at: new Date() })
    .onConflict((conflict) => conflict.column("organization_id").doNothing())
    .execute();
  return (await findCustomer(db, organizationId)) ?? customerId;
}

/** Forgets a customer that is not there any more. */
export async function forgetCustomer(db: Connection, organizationId: Id<"org">, customerId: string): Promise<void> {
  await tables(db)
    .deleteFrom("billing.stripe_customers")
    .where("organization_id", "=", toUuid(organizationId))
    .where("stripe_customer_id", "=", customerId)
    .execute();
}

/** Notes that the organization went to pay, so that it is looked after when no event comes. */
export async function noteCheckout(db: Connection, organizationId: Id<"org">): Promise<void> {
  await tables(db)
    .updateTable("billing.stripe_customers")
    .set({ checkout_at: sql`now()` })
    .where("organization_id", "=", toUuid(organizationId))
    .execute();
}

/** Whose customer it is, and how many readings of it have begun. */
export async function findByCustomer(
  db: Connection,
  customerId: string,
): Promise<{ organizationId: Id<"org">; lastRead: number } | undefined> {
  const row = await tables(db)
    .selectFrom("billing.stripe_customers")
    .select(["organization_id", "last_read"])
    .where("stripe_customer_id", "=", customerId)
    .executeTakeFirst();
  return row && { organizationId: toTypeId("org", row.organization_id), lastRead: row.last_read };
}

/** Begins a reading: its number is higher than that of every one before. */
export async function beginReading(
  db: Connection,
  organizationId: Id<"org">,
): Promise<{ customerId: string; number: number; lastWritten: number } | undefined> {
  const row = await tables(db)
    .updateTable("billing.stripe_customers")
    .set({ last_read: sql`last_read + 1` })
    .where("organization_id", "=", toUuid(organizationId))
    .returning(["stripe_customer_id", "last_read", "last_written"])
    .executeTakeFirst();
  return row && { customerId: row.stripe_customer_id, number: row.last_read, lastWritten: row.last_written };
}

/** The number of the newest reading that was written down; undefined without a customer. */
export async function findLastWritten(db: Connection, organizationId: Id<"org">): Promise<number | undefined> {
  const row = await tables(db)
    .selectFrom("billing.stripe_customers")
    .select("last_written")
    .where("organization_id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return row?.last_written;
}

/** A reading, as it is written down. */
export interface Reading {
  customerId: string;
  number: number;
  /** The mark of the key that it was read with. */
  readWith: string;
}

/**
 * Whether this reading may be written down: not if one that began later was, or if the organization has another customer by
 * now, whose readings are counted anew. It holds the row until the transaction ends.
 */
export async function holdWriting(
  db: Connection,
  organizationId: Id<"org">,
  { customerId, number }: Reading,
): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("billing.stripe_customers")
    .select("organization_id")
    .where("organization_id", "=", toUuid(organizationId))
    .where("stripe_customer_id", "=", customerId)
    .where("last_written", "<", number)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that the reading is written down, unless one that began later was meanwhile. */
export async function noteWritten(
  db: Connection,
  organizationId: Id<"org">,
  { customerId, number, readWith }: Reading,
): Promise<void> {
  await tables(db)
    .updateTable("billing.stripe_customers")
    .set({ last_written: number, read_with: readWith })
    .where("organization_id", "=", toUuid(organizationId))
    .where("stripe_customer_id", "=", customerId)
    .where("last_written", "<", number)
    .execute();
}

/** An event as it is kept. */
export interface KeptEvent {
  id: string;
  type: string;
  customerId: string | null;
  occurredAt: Date;
}

/** Keeps an event; false when it was kept before. */
export async function saveEvent(db: Connection, { id, type, customerId, occurredAt }: KeptEvent): Promise<boolean> {
  const row = await tables(db)
    .insertInto("billing.stripe_events")
    .values({ id, type, stripe_customer_id: customerId, occurred_at: occurredAt, received_at: new Date() })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes events older than so many days, `limit` at most; answers how many. */
export async function deleteOldEvents(db: Connection, days: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from billing.stripe_events where id in (
      select id from billing.stripe_events
      where received_at < now() - make_interval(days => ${days})
      order by received_at limit ${limit}
    ) returning id`.execute(db);
  return rows.length;
}

/** The price at Stripe for what the plan costs now. */
export async function findPrice(
  db: Connection,
  planId: Id<"pln">,
  cents: number,
  currency: string,
): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom("billing.stripe_prices")
    .select("stripe_price_id")
    .where("plan_id", "=", toUuid(planId))
    .where("price_cents", "=", cents)
    .where("currency", "=", currency)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.stripe_price_id;
}

/** Keeps which plan a price at Stripe is of. */
export async function savePrice(
  db: Connection,
  price: { id: string; planId: Id<"pln">; cents: number; currency: string },
): Promise<void> {
  await tables(db)
    .insertInto("billing.stripe_prices")
    .values({
      stripe_price_id: price.id,
      plan_id: toUuid(price.planId),
      price_cents: price.cents,
      currency: price.currency,
      created_at: new Date(),
    })
    .onConflict((conflict) => conflict.column("stripe_price_id").doNothing())
    .execute();
}

/** The plan that a price at Stripe is of. */
export async function findPlanOfPrice(db: Connection, priceId: string): Promise<Id<"pln"> | undefined> {
  const row = await tables(db)
    .selectFrom("billing.stripe_prices")
    .select("plan_id")
    .where("stripe_price_id", "=", priceId)
    .executeTakeFirst();
  return row && toTypeId("pln", row.plan_id);
}

/** A plan's terms as far as Stripe is told of them. */
export interface SoldPlan {
  id: Id<"pln">;
  name: string;
  priceCents: number;
  currency: string;
  trialDays: number;
}

/** The plan, whether it can still be chosen or not. */
export async function findSoldPlan(db: Connection, planId: Id<"pln">): Promise<SoldPlan | undefined> {
  const row = await tables(db)
    .selectFrom("billing.plans")
    .select(["name", "price_cents", "currency", "trial_days"])
    .where("id", "=", toUuid(planId))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { name, price_cents: priceCents, currency, trial_days: trialDays } = row;
  return { id: planId, name, priceCents, currency, trialDays };
}

/** What the reef knows of an organization's subscription, as far as it concerns Stripe. */
export interface KnownSubscription {
  planId: Id<"pln">;
  isStripes: boolean;
  stripeSubscriptionId: string | null;
  isOrphaned: boolean;
  pendingPlanId: Id<"pln"> | null;
  pendingEnd: boolean | null;
}

/** The organization's subscription; undefined where it never had one. */
export async function findKnown(db: Connection, organizationId: Id<"org">): Promise<KnownSubscription | undefined> {
  const row = await tables(db)
    .selectFrom("billing.subscriptions")
    .select(["plan_id", "paid_by", "stripe_subscription_id", "orphaned_at", "pending_plan_id", "pending_end"])
    .where("organization_id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return (
    row && {
      planId: toTypeId("pln", row.plan_id),
      isStripes: row.paid_by === "stripe",
      stripeSubscriptionId: row.stripe_subscription_id,
      isOrphaned: row.orphaned_at !== null,
      pendingPlanId: row.pending_plan_id === null ? null : toTypeId("pln", row.pending_plan_id),
      pendingEnd: row.pending_end,
    }
  );
}

/** Forgets what was wanted of Stripe, unless something else is wanted by now. */
export async function clearPending(
  db: Connection,
  organizationId: Id<"org">,
  { pendingPlanId, pendingEnd }: Pick<KnownSubscription, "pendingPlanId" | "pendingEnd">,
): Promise<void> {
  const plan = pendingPlanId && toUuid(pendingPlanId);
  await sql`
    update billing.subscriptions set
      pending_plan_id = case when pending_plan_id is not distinct from ${plan}::uuid then null else pending_plan_id end,
      pending_end = case when pending_end is not distinct from ${pendingEnd}::boolean then null else pending_end end,
      version = version + case
        when (pending_plan_id is not distinct from ${plan}::uuid and pending_plan_id <> plan_id)
          or (pending_end is not distinct from ${pendingEnd}::boolean and pending_end <> ends_at_period_end) then 1
        else 0 end,
      revision = revision + 1, updated_at = now()
    where organization_id = ${toUuid(organizationId)}
      and num_nonnulls(pending_plan_id, pending_end) > 0`.execute(db);
}

/**
 * Organizations whose state at Stripe should be read although no event came, `limit` at most; see the workflow for why.
 * `readWith` is the mark of the present key.
 */
export async function listUnheard(
  db: Connection,
  { limit, after, readWith }: { limit: number; after: string; readWith: string },
): Promise<string[]> {
  const { rows } = await sql<{ organization_id: string }>`
    select customer.organization_id from billing.stripe_customers customer
    left join billing.subscriptions subscription on subscription.organization_id = customer.organization_id
    where customer.organization_id > ${after}::uuid and (
      (subscription.paid_by = 'stripe' and subscription.state <> 'cancelled'
        and (subscription.period_end < now() - interval '10 minutes' or subscription.state in ('past_due', 'suspended')
          or customer.read_with is distinct from ${readWith}))
      or ((subscription.state is null or subscription.state = 'cancelled')
        and customer.checkout_at > now() - interval '2 days')
    )
    order by customer.organization_id limit ${limit}`.execute(db);
  return rows.map((row) => row.organization_id);
}

/** An invoice of Stripe's, as the reef keeps it. */
export interface MirroredInvoice {
  stripeId: string;
  number: string;
  state: InvoiceState;
  billedTo: string;
  currency: string;
  lines: InvoiceLine[];
  subtotalCents: number;
  taxCents: number;
  totalCents: number;
  failedPayments: number;
  payUrl: string | null;
  issuedAt: Date;
  dueAt: Date | null;
  paidAt: Date | null;
}

/** Keeps an invoice as it is at Stripe now; answers with its id, and whether it was on record as paid before. */
export async function saveInvoice(
  db: Connection,
  organizationId: Id<"org">,
  invoice: MirroredInvoice,
): Promise<{ id: Id<"inv">; wasPaid: boolean }> {
  const before = await tables(db)
    .selectFrom("billing.invoices")
    .select("state")
    .where("stripe_invoice_id", "=", invoice.stripeId)
    .executeTakeFirst();
  const changing = {
    number: invoice.number,
    state: invoice.state,
    lines: JSON.stringify(invoice.lines),
    subtotal_cents: invoice.subtotalCents,
    tax_cents: invoice.taxCents,
    total_cents: invoice.totalCents,
    failed_payments: invoice.failedPayments,
    pay_url: invoice.payUrl,
    due_at: invoice.dueAt,
    paid_at: invoice.paidAt,
    updated_at: new Date(),
  };
  const { id } = await tables(db)
    .insertInto("billing.invoices")
    .values({
      ...changing,
      id: toUuid(newId("inv")),
      organization_id: toUuid(organizationId),
      paid_by: "stripe",
      billed_to: invoice.billedTo,
      currency: invoice.currency,
      stripe_invoice_id: invoice.stripeId,
      issued_at: invoice.issuedAt,
    })
    .onConflict((conflict) => conflict.column("stripe_invoice_id").doUpdateSet(changing))
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id: toTypeId("inv", id), wasPaid: before?.state === "paid" };
}

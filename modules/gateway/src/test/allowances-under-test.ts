import { type Id, newId, toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import { defineEvent, type Events } from "@reef/events";
import { z } from "zod";
import type { Allowance } from "../api.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Billing's event, as far as the gateway hears of it. */
export const allowanceChanged = defineEvent<Allowance>(
  "billing.allowance_changed",
  z.object({
    organizationId: z.string() as unknown as z.ZodType<Id<"org">>,
    version: z.int(),
    serves: z.boolean(),
    state: z.string(),
    planName: z.string(),
    periodStart: z.string(),
    periodEnd: z.string(),
    endsAtPeriodEnd: z.boolean(),
    limitTokens: z.int().nullable(),
    limitMicros: z.int().nullable(),
  }),
);

/** A plan of a million tokens a month, of which the present one began an hour ago. */
export const allowanceOf = (of: Partial<Allowance> = {}): Allowance => ({
  organizationId: newId("org"),
  version: 1,
  serves: true,
  state: "active",
  planName: "Pro",
  periodStart: new Date(Date.now() - HOUR_MS).toISOString(),
  periodEnd: new Date(Date.now() + 29 * DAY_MS).toISOString(),
  endsAtPeriodEnd: false,
  limitTokens: 1_000_000,
  limitMicros: null,
  ...of,
});

/** Says it, as billing does. */
export const emitAllowance = (db: Connection, events: Pick<Events, "emit">, allowance: Allowance): Promise<void> =>
  transact(db, (transaction) =>
    events.emit(transaction, toUuid(allowance.organizationId), allowanceChanged, allowance),
  );

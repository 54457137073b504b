import { z } from "zod";
import { invalid } from "../fault.ts";
import { newInvoiceItem, newRefund } from "../invoice-objects.ts";
import { draftInvoice, payInvoice, voidInvoice } from "../invoices.ts";
import { idOf, need } from "../world.ts";
import { type ApiRoute, flag, listParams, metadata, pageOf, route, whole } from "./route.ts";

const id = z.string();

/** Invoices, what waits for them, and what was paid and given back. */
export const invoiceRoutes: ApiRoute[] = [
  route(
    "GET /v1/invoices",
    z.strictObject({
      ...listParams,
      customer: id.optional(),
      subscription: id.optional(),
      status: z.enum(["draft", "open", "paid", "void", "uncollectible"]).optional(),
    }),
    ({ world, params }) => {
      const { customer, subscription, status } = params;
      const found = Object.values(world.state.invoices).filter(
        (invoice) =>
          (customer === undefined || idOf(invoice.customer) === customer) &&
          (subscription === undefined || idOf(invoice.parent?.subscription_details?.subscription) === subscription) &&
          (status === undefined || invoice.status === status),
      );
      // Few lines of a longer invoice come with it, as with Stripe.
      const shortened = found.map((invoice) => ({
        ...invoice,
        lines: { ...invoice.lines, data: invoice.lines.data.slice(0, 10), has_more: invoice.lines.data.length > 10 },
      }));
      return pageOf("/v1/invoices", shortened, params);
    },
  ),
  route("GET /v1/invoices/:id", z.strictObject({}), ({ world, id }) => need("invoice", world.state.invoices, id)),
  route("GET /v1/invoices/:id/lines", z.strictObject(listParams), ({ world, id, params }) => {
    const { lines } = need("invoice", world.state.invoices, id);
    return pageOf(lines.url, [...lines.data].reverse(), params);
  }),
  route(
    "POST /v1/invoices",
    z.strictObject({
      customer: id,
      auto_advance: flag.optional(),
      pending_invoice_items_behavior: z.literal("include"),
    }),
    ({ world, params }) => {
      const customer = need("customer", world.state.customers, params.customer, "customer");
      const at = world.nowOf(customer.id);
      const period = { start: at, end: at };
      const draft = { customer, subscription: null, reason: "manual", period, lines: [] } as const;
      return draftInvoice(world, at, draft);
    },
  ),
  route("POST /v1/invoices/:id/pay", z.strictObject({}), ({ world, id }) => {
    const invoice = need("invoice", world.state.invoices, id);
    payInvoice(world, world.nowOf(idOf(invoice.customer) ?? ""), invoice);
    return invoice;
  }),
  route("POST /v1/invoices/:id/void", z.strictObject({}), ({ world, id }) => {
    const invoice = need("invoice", world.state.invoices, id);
    voidInvoice(world, world.nowOf(idOf(invoice.customer) ?? ""), invoice);
    return invoice;
  }),
  route("GET /v1/invoiceitems", z.strictObject({ ...listParams, customer: id.optional() }), ({ world, params }) => {
    const { customer } = params;
    const found = Object.values(world.state.invoiceItems).filter(
      (item) => customer === undefined || idOf(item.customer) === customer,
    );
    return pageOf("/v1/invoiceitems", found, params);
  }),
  route(
    "POST /v1/invoiceitems",
    z.strictObject({
      customer: id,
      amount: whole,
      currency: z.string().regex(/^[a-z]{3}$/),
      description: z.string().max(500).default(""),
      subscription: id.optional(),
      metadata,
    }),
    ({ world, params }) => {
      const customer = need("customer", world.state.customers, params.customer, "customer");
      const { subscription = null } = params;
      if (subscription !== null) need("subscription", world.state.subscriptions, subscription, "subscription");
      const item = newInvoiceItem(world.nowOf(customer.id), { ...params, customer, subscription });
      world.state.invoiceItems[item.id] = item;
      return item;
    },
  ),
  route(
    "GET /v1/invoice_payments",
    z.strictObject({ ...listParams, invoice: id.optional(), status: z.string().optional() }),
    ({ world, params }) => {
      const { invoice, status } = params;
      const found = Object.values(world.state.invoicePayments).filter(
        (one) =>
          (invoice === undefined || idOf(one.invoice) === invoice) && (status === undefined || one.status === status),
      );
      return pageOf("/v1/invoice_payments", found, params);
    },
  ),
  route(
    "POST /v1/refunds",
    z.strictObject({ payment_intent: id, reason: z.literal("duplicate").optional() }),
    ({ world, params: { payment_intent: intent } }) => {
      const { invoicePayments, refunds, invoices } = world.state;
      const payment = Object.values(invoicePayments).find((one) => idOf(one.payment.payment_intent) === intent);
      if (payment === undefined) throw invalid("No such payment_intent.", "resource_missing", "payment_intent");
      if (Object.values(refunds).some((one) => one.payment_intent === intent))
        throw invalid("This payment has already been refunded.", "charge_already_refunded");
      const invoice = need("invoice", invoices, idOf(payment.invoice) ?? "");
      const at = world.nowOf(idOf(invoice.customer) ?? "");
      const refund = newRefund(at, payment, intent);
      refunds[refund.id] = refund;
      world.tell(at, "refund.created", refund);
      return refund;
    },
  ),
  route("GET /v1/refunds", z.strictObject(listParams), ({ world, params }) =>
    pageOf("/v1/refunds", Object.values(world.state.refunds), params),
  ),
];

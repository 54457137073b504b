import type Stripe from "stripe";
import { readCard } from "../cards.ts";
import { runDue } from "../due.ts";
import { newTestClock } from "../session-objects.ts";
import { changeCard, changeSubscription } from "../subscriptions.ts";
import { idOf, itemOf, need, productOf, type World } from "../world.ts";
import { cardField } from "./card-field.ts";
import { day, escapeHtml, money, type Page, page, type Redirection } from "./layout.ts";

const DAY_SECONDS = 86_400;

/** The page of a visit to the portal. @throws StripeFault where there is none */
export function portalPage(world: World, id: string, refusal?: string): Page {
  const portal = need("portal session", world.state.portals, id);
  const { state } = world;
  const subscription = Object.values(state.subscriptions).findLast((one) => idOf(one.customer) === portal.customer);
  const invoices = Object.values(state.invoices).filter(
    ({ customer, status }) => idOf(customer) === portal.customer && status !== "draft",
  );
  const back =
    portal.return_url === null ? "" : `<p><a href="${escapeHtml(portal.return_url)}">Back to the reef</a></p>`;
  const body = `
${back}
<h2>Plan</h2>
${subscription === undefined ? "<p>There is no subscription.</p>" : planPart(world, subscription)}
<h2>Card</h2>
<p>${state.cards[portal.customer] === undefined ? "There is no card." : `Payments are made with the card that ends in ${state.cards[portal.customer]?.last4}.`} With a new one, whatever is due is paid at once.</p>
<form method="post">
${cardField(refusal)}
<button name="action" value="card">Use this card</button>
</form>
<h2>Invoices</h2>
${invoicesPart(invoices)}
<h2>Try what time brings</h2>
<p>For this customer it is ${day(world.nowOf(portal.customer))}. Time can be moved on, but never back.</p>
<form method="post">
<button name="action" value="day">Let a day pass</button>
<button name="action" value="month">Let a month pass</button>
</form>`;
  return page("Plan and payments", body, { status: refusal === undefined ? 200 : 402 });
}

function planPart(world: World, subscription: Stripe.Subscription): string {
  const { price, current_period_end: end } = itemOf(subscription);
  const name = escapeHtml(world.state.products[productOf(price)]?.name ?? "");
  const cost = money(price.unit_amount ?? 0, price.currency);
  if (subscription.status === "canceled") return `<p>${name} has ended.</p>`;
  const ends = subscription.cancel_at_period_end;
  const [action, label] = ends ? ["keep", "Keep the plan"] : ["end", "End the plan with its month"];
  return `<p><strong>${name}</strong>, ${cost} a month; it is ${subscription.status.replace("_", " ")}. ${ends ? "It ends" : "The next month begins"} on ${day(end)}.</p>
<form method="post"><button name="action" value="${action}">${label}</button></form>`;
}

function invoicesPart(invoices: readonly Stripe.Invoice[]): string {
  if (invoices.length === 0) return "<p>There are no invoices.</p>";
  const rows = [...invoices]
    .reverse()
    .map(
      ({ id, number, created, status, total, currency }) =>
        `<tr><td><a href="/i/${id}">${escapeHtml(number ?? id)}</a></td><td>${day(created)}</td><td>${status}</td><td>${money(total, currency)}</td></tr>`,
    );
  return `<table>
<thead><tr><th scope="col">Number</th><th scope="col">Day</th><th scope="col">State</th><th scope="col">Total</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`;
}

/** Does what was asked for in the portal. @throws StripeFault where there is none */
export function actInPortal(world: World, id: string, form: Readonly<Record<string, unknown>>): Page | Redirection {
  const { customer } = need("portal session", world.state.portals, id);
  const at = world.nowOf(customer);
  const { action, card: typed } = form;
  const subscription = Object.values(world.state.subscriptions).findLast(
    (one) => idOf(one.customer) === customer && one.status !== "canceled",
  );
  if (action === "card") {
    const read = readCard(String(typed));
    if ("refusal" in read) return portalPage(world, id, read.refusal);
    changeCard(world, at, customer, read.card);
  } else if (action === "day" || action === "month") {
    letPass(world, customer, action === "day" ? DAY_SECONDS : 31 * DAY_SECONDS);
  } else if ((action === "end" || action === "keep") && subscription !== undefined) {
    changeSubscription(world, at, subscription, { cancelAtPeriodEnd: action === "end" });
  }
  return { location: `/p/session/${encodeURIComponent(id)}` };
}

/** Moves the customer's own clock, which it is given when it has none. */
function letPass({ state, ...world }: World, customerId: string, seconds: number): void {
  const customer = need("customer", state.customers, customerId);
  const now = world.nowOf(customerId);
  let clockId = idOf(customer.test_clock);
  if (clockId === undefined) {
    const clock = newTestClock(now, "moved in the portal");
    state.clocks[clock.id] = clock;
    customer.test_clock = clock.id;
    clockId = clock.id;
  }
  runDue({ state, ...world }, clockId, now + seconds);
}

import type Stripe from "stripe";
import { readCard } from "../cards.ts";
import { completeCheckout } from "../subscriptions.ts";
import { customerOf, need, productOf, type World } from "../world.ts";
import { cardField } from "./card-field.ts";
import { escapeHtml, money, originsOf, type Page, page, type Redirection } from "./layout.ts";

/** The page of a checkout. @throws StripeFault where there is none */
export function checkoutPage(world: World, id: string, refusal?: string): Page {
  const session = need("checkout session", world.state.checkouts, id);
  const { cancel_url: cancelUrl, success_url: successUrl } = session;
  const back = cancelUrl === null ? "" : `<p><a href="${escapeHtml(cancelUrl)}">Go back without paying</a></p>`;
  if (session.status !== "open") return closedPage(session, back);
  const chosen = need("checkout session", world.state.chosen, id);
  const price = need("price", world.state.prices, chosen.price);
  const product = need("product", world.state.products, productOf(price));
  const cost = money(price.unit_amount ?? 0, price.currency);
  const isFree = chosen.trialDays > 0;
  const terms = isFree ? `${chosen.trialDays} days free, then ${cost} a month.` : `${cost} a month, the first one now.`;
  const body = `
<p>${escapeHtml(customerOf(world, session).name ?? "You")} subscribes to <strong>${escapeHtml(product.name)}</strong>. ${terms}</p>
<form method="post">
${cardField(refusal)}
<button type="submit">${isFree ? "Start the trial" : `Pay ${cost}`}</button>
</form>
${back}`;
  const status = refusal === undefined ? 200 : 402;
  return page(`Subscribe to ${product.name}`, body, { status, leadsTo: originsOf(successUrl) });
}

function closedPage({ status, success_url: successUrl }: Stripe.Checkout.Session, back: string): Page {
  if (status !== "complete" || successUrl === null)
    return page("This checkout is over", `<p>It can no longer be paid. Choose the plan once more.</p>${back}`, {
      status: 410,
    });
  return page("This checkout is paid", `<p><a href="${escapeHtml(successUrl)}">Go on</a></p>`);
}

/** Pays a checkout with the card that was typed. @throws StripeFault where there is none */
export function payCheckout(world: World, id: string, typed: string): Page | Redirection {
  const session = need("checkout session", world.state.checkouts, id);
  if (session.status !== "open") return checkoutPage(world, id);
  const read = readCard(typed);
  if ("refusal" in read) return checkoutPage(world, id, read.refusal);
  const customer = customerOf(world, session);
  completeCheckout(world, world.nowOf(customer.id), session, need("checkout", world.state.chosen, id), read.card);
  return { location: (session.success_url ?? world.origin).replace("{CHECKOUT_SESSION_ID}", id) };
}

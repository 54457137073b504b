import { readCard } from "../cards.ts";
import { changeCard } from "../subscriptions.ts";
import { idOf, need, type World } from "../world.ts";
import { cardField } from "./card-field.ts";
import { escapeHtml, money, type Page, page, type Redirection } from "./layout.ts";

/** The page of an invoice, where it is paid as long as it is open. @throws StripeFault where there is none */
export function invoicePage(world: World, id: string, refusal?: string): Page {
  const { number, status, lines, total, amount_due: due, currency } = need("invoice", world.state.invoices, id);
  const rows = lines.data.map(
    ({ description, amount }) =>
      `<tr><td>${escapeHtml(description ?? "")}</td><td>${money(amount, currency)}</td></tr>`,
  );
  const form = `
<form method="post">
${cardField(refusal)}
<button type="submit">Pay ${money(due, currency)}</button>
</form>`;
  const body = `
<p>It is ${escapeHtml(status ?? "")}.</p>
<table>
<thead><tr><th scope="col">What</th><th scope="col">Amount</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
<tfoot><tr><th scope="row">Total</th><td>${money(total, currency)}</td></tr></tfoot>
</table>
${status === "open" ? form : ""}`;
  return page(`Invoice ${number ?? ""}`, body, { status: refusal === undefined ? 200 : 402 });
}

/** Pays an invoice, and whatever else is due, with the card that was typed. @throws StripeFault where there is none */
export function payOnPage(world: World, id: string, typed: string): Page | Redirection {
  const invoice = need("invoice", world.state.invoices, id);
  const read = readCard(typed);
  if ("refusal" in read) return invoicePage(world, id, read.refusal);
  const customerId = idOf(invoice.customer) ?? "";
  if (read.card.behaviour !== "pays") return invoicePage(world, id, "This card was declined. Try another one.");
  changeCard(world, world.nowOf(customerId), customerId, read.card);
  return { location: `/i/${encodeURIComponent(id)}` };
}

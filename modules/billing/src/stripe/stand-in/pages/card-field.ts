import { testCards } from "../cards.ts";
import { escapeHtml } from "./layout.ts";

const inGroups = (number: string): string => number.replace(/(.{4})(?=.)/g, "$1 ");

/** The field for a card's number, what was wrong with the last one, and the cards that there are. */
export const cardField = (refusal: string | undefined): string => `
${refusal === undefined ? "" : `<p class="error" role="alert" id="refusal">${escapeHtml(refusal)}</p>`}
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="off" maxlength="30" required
  value="${inGroups(testCards[0].number)}"${refusal === undefined ? ' aria-describedby="cards"' : ' aria-invalid="true" aria-describedby="refusal cards"'}>
<div id="cards">
<p>These cards are known here:</p>
<ul>
${testCards.map(({ number, says }) => `<li><code>${inGroups(number)}</code> ${says}</li>`).join("\n")}
</ul>
</div>`;

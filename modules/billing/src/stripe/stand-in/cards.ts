import type { Card } from "./state.ts";

/** The cards that the stand-in knows; their numbers are Stripe's own for tests, and no bank's (https://docs.stripe.com/testing). */
export const testCards = [
  { number: "4242424242424242", says: "pays", behaviour: "pays" },
  { number: "4000000000000341", says: "pays now, and is declined from the next month on", behaviour: "fails_later" },
  { number: "4000000000000002", says: "is declined", behaviour: "declined" },
] as const;

/** What a typed number comes to: a card, or why not. Any other number is neither taken nor kept. */
export function readCard(typed: string): { card: Card } | { refusal: string } {
  const number = typed.replaceAll(/[\s-]/g, "");
  const known = testCards.find((card) => card.number === number);
  if (known === undefined)
    return { refusal: "Only the test cards below are known here. Never type a real card's number." };
  if (known.behaviour === "declined") return { refusal: "This card was declined. Try another one." };
  return { card: { last4: number.slice(-4), behaviour: known.behaviour } };
}

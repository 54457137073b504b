import type Stripe from "stripe";
import { missing } from "./fault.ts";
import { newEvent } from "./session-objects.ts";
import type { StandInState } from "./state.ts";

/** What the stand-in's parts share: what there is, what time it is, and whom to tell. */
export interface World {
  state: StandInState;
  /** The base of its own pages. */
  origin: string;
  /** The present for what happens now, in seconds since 1970: a test clock's, or this machine's. */
  nowOf(customerId: string): number;
  /** Tells the webhook, later. */
  tell(at: number, type: Stripe.Event.Type, object: object): void;
}

/** The present of this machine, in seconds. */
export const realNow = (): number => Math.floor(Date.now() / 1_000);

/** A world over a state. */
export function createWorld(state: StandInState, origin: string, onEvent: (id: string) => void): World {
  return {
    state,
    origin,
    nowOf(customerId) {
      const clockId = idOf(state.customers[customerId]?.test_clock);
      return (clockId === undefined ? undefined : state.clocks[clockId]?.frozen_time) ?? realNow();
    },
    tell(at, type, object) {
      const event = newEvent(at, type, object);
      state.events[event.id] = event;
      onEvent(event.id);
    },
  };
}

/** The id of a thing that may be given whole. */
export const idOf = (thing: string | { id: string } | null | undefined): string | undefined =>
  typeof thing === "string" ? thing : thing?.id;

/** A thing by its id. @throws StripeFault */
export function need<Thing>(kind: string, things: Readonly<Record<string, Thing>>, id: string, param?: string): Thing {
  const thing = Object.hasOwn(things, id) ? things[id] : undefined;
  if (thing === undefined) throw missing(kind, id, param);
  return thing;
}

/** The customer of a subscription or an invoice. */
export const customerOf = (world: World, { customer }: { customer: unknown }): Stripe.Customer =>
  need("customer", world.state.customers, idOf(customer as string | { id: string } | null) ?? "", "customer");

/** The only item of a subscription of the stand-in's. */
export function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = subscription.items.data;
  if (item === undefined) throw new Error(`The subscription ${subscription.id} has no item.`);
  return item;
}

/** The product that a price is of. */
export const productOf = (price: Stripe.Price): string => idOf(price.product) ?? "";

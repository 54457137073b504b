import type { ApiAnswer } from "../api/answer-api.ts";
import { StripeFault } from "../fault.ts";
import type { World } from "../world.ts";
import { checkoutPage, payCheckout } from "./checkout-page.ts";
import { invoicePage, payOnPage } from "./invoice-page.ts";
import { type Page, page, policyOf, type Redirection } from "./layout.ts";
import { actInPortal, portalPage } from "./portal-page.ts";

/** A request of a browser, with its body read. */
export interface PageRequest {
  method: string;
  url: URL;
  /** Whose page sent it, where the browser says so. */
  origin: string | undefined;
  body: string;
}

type Form = Readonly<Record<string, unknown>>;

const pages: readonly {
  path: RegExp;
  show(world: World, id: string): Page;
  act(world: World, id: string, form: Form): Page | Redirection;
}[] = [
  {
    path: /^\/c\/pay\/(\w+)$/,
    show: checkoutPage,
    act: (world, id, form) => payCheckout(world, id, String(form.card)),
  },
  { path: /^\/p\/session\/(\w+)$/, show: portalPage, act: actInPortal },
  { path: /^\/i\/(\w+)$/, show: invoicePage, act: (world, id, form) => payOnPage(world, id, String(form.card)) },
];

/** Answers a browser: with a page, or by leading it to another one. */
export function answerPage(world: World, request: PageRequest): ApiAnswer {
  const found = find(world, request);
  const headers = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
  if ("location" in found) return { status: 303, headers: { ...headers, location: found.location }, body: "" };
  const type = { "content-type": "text/html; charset=utf-8", "content-security-policy": policyOf(found) };
  return { status: found.status, headers: { ...headers, ...type }, body: found.html };
}

function find(world: World, { method, url, origin, body }: PageRequest): Page | Redirection {
  for (const { path, show, act } of pages) {
    const id = path.exec(url.pathname)?.[1];
    if (id === undefined) continue;
    try {
      if (method === "GET") return show(world, id);
      if (method !== "POST" || isForeign(world, origin)) break;
      return act(world, id, Object.fromEntries(new URLSearchParams(body)));
    } catch (error) {
      if (!(error instanceof StripeFault)) throw error;
      break;
    }
  }
  return page("There is nothing here", "<p>The address is wrong, or what was here is over.</p>", { status: 404 });
}

/** A form of another site's page. */
const isForeign = ({ origin: own }: World, origin: string | undefined): boolean =>
  origin !== undefined && origin !== own && origin !== own.replace("127.0.0.1", "localhost");

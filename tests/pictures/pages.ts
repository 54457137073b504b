import type { Reef } from "@reef/sdk";
import type { Page } from "playwright-core";

/** What a page may be seen in: with much, with nothing, before the answers came, and when they were refused. */
export const states = ["full", "empty", "loading", "error"] as const;

export type State = (typeof states)[number];

/** A page of the console, and how to get it before the camera. */
export interface PicturedPage {
  name: string;
  /** The route as the console names it, which tells that no page is missing here. */
  route: string;
  /** Its address, where that is not the route; asked of a reef that is full. */
  address?: (reef: Reef) => Promise<string>;
  /** The states that it has; all of them unless told. */
  states?: readonly State[];
  /** Seen by somebody who is not signed in. */
  isSignedOut?: true;
  /** Seen before anybody operates the reef, by the link that it printed. */
  isBeforeSetUp?: true;
  /** What is done once the page is there. */
  prepare?: (page: Page) => Promise<void>;
  /** Stands in the README. */
  isMain?: true;
}

/** Every page of the console. */
export const pages: readonly PicturedPage[] = [
  ...["/sign-in", "/sign-up", "/verify-email", "/forgot-password", "/reset-password", "/invitation"].map(
    (route): PicturedPage => ({ name: route.slice(1), route, isSignedOut: true, states: ["full"] }),
  ),
  { name: "setup", route: "/setup", isSignedOut: true, isBeforeSetUp: true, states: ["full"] },
  { name: "setup-used", route: "/setup", address: async () => "/setup?code=1", isSignedOut: true, states: ["full"] },
  { name: "device", route: "/device", states: ["full"] },
  { name: "account", route: "/account", states: ["full"] },
  ...["signing-in", "sessions", "keys"].map(
    (tab): PicturedPage => ({
      name: `account-${tab}`,
      route: "/account",
      address: async () => `/account?tab=${tab}`,
      states: ["full", "loading", "error"],
    }),
  ),
  { name: "home", route: "/", isMain: true },
  { name: "agents", route: "/agents" },
  { name: "agents-trust", route: "/agents", address: async () => "/agents?tab=trust", isMain: true },
  { name: "agents-vouchers", route: "/agents", address: async () => "/agents?tab=vouchers" },
  {
    name: "agent-panel",
    route: "/agents",
    address: async (reef) => `/agents?panel=agent.${await agentNamed(reef, "Jonah Reyes")}`,
    states: ["full", "loading", "error"],
  },
  {
    name: "agent",
    route: "/agents/$fingerprint",
    address: async (reef) => `/agents/${await agentNamed(reef, "Jonah Reyes")}`,
    states: ["full", "loading", "error"],
  },
  { name: "diaries", route: "/memory" },
  ...["entries", "shares", "transfers"].map(
    (tab): PicturedPage => ({
      name: `memory-${tab}`,
      route: "/memory",
      address: async () => `/memory?tab=${tab}`,
    }),
  ),
  {
    name: "diary",
    route: "/memory/diaries/$diaryId",
    address: (reef) => diaryNamed(reef, "Harbour desk"),
    states: ["full", "loading", "error"],
    isMain: true,
  },
  {
    name: "diary-timeline",
    route: "/memory/diaries/$diaryId",
    address: async (reef) => `${await diaryNamed(reef, "Cranes and yard")}?tab=timeline`,
    states: ["full"],
  },
  {
    name: "diary-shares",
    route: "/memory/diaries/$diaryId",
    address: async (reef) => `${await diaryNamed(reef, "Runbooks")}?tab=shares`,
    states: ["full"],
  },
  {
    name: "entry",
    route: "/memory/entries/$entryId",
    address: (reef) => entryTitled(reef, "Restart crane 2 after an emergency stop (fourth version)"),
    states: ["full", "loading", "error"],
    isMain: true,
  },
  {
    name: "entry-flagged",
    route: "/memory/entries/$entryId",
    address: (reef) => entryTitled(reef, "Manifest query, urgent before vessel departs"),
    states: ["full"],
  },
  {
    name: "search",
    route: "/memory/search",
    address: async () => "/memory/search?q=why+was+the+citrus+held",
    isMain: true,
  },
  { name: "search-nothing", route: "/memory/search", states: ["full"] },
  { name: "signing", route: "/signing" },
  {
    name: "signing-request",
    route: "/signing",
    states: ["full"],
    prepare: (page) => page.locator("[data-row-link]").first().click(),
  },
  { name: "models", route: "/models" },
  ...["providers", "aliases", "usage", "budgets", "privacy"].map(
    (tab): PicturedPage => ({
      name: `models-${tab}`,
      route: "/models",
      address: async () => `/models?tab=${tab}`,
    }),
  ),
  {
    name: "models-usage-table",
    route: "/models",
    address: async () => "/models?tab=usage&range=30d&by=agent&unit=tokens&view=table",
    states: ["full"],
  },
  {
    name: "models-key",
    route: "/models",
    address: async (reef) => `/models?panel=model-key.${await keyNamed(reef, "berth planner")}`,
    states: ["full", "loading", "error"],
  },
  {
    name: "models-provider",
    route: "/models",
    address: async ({ gateway }) => {
      const { items } = await gateway.listProviders({ limit: 100 });
      return `/models?tab=providers&panel=provider.${required(items.find(({ slug }) => slug === "openai")?.id, "OpenAI")}`;
    },
    states: ["full"],
  },
  {
    name: "models-alias",
    route: "/models",
    address: async () => "/models?tab=aliases&panel=alias.fast",
    states: ["full"],
  },
  {
    name: "models-alias-change",
    route: "/models",
    address: async () => "/models?tab=aliases&panel=alias.fast",
    states: ["full"],
    prepare: (page) => page.getByRole("complementary").getByRole("button", { name: "Change" }).click(),
  },
  {
    name: "models-key-change",
    route: "/models",
    address: async (reef) => `/models?panel=model-key.${await keyNamed(reef, "customs reader")}`,
    states: ["full"],
    prepare: (page) => page.getByRole("complementary").getByRole("button", { name: "Change" }).click(),
  },
  {
    name: "models-call",
    route: "/models",
    address: async ({ gateway }) => {
      const { items } = await gateway.listUsageEvents({ limit: 1 });
      return `/models?tab=usage&panel=call.${required(items[0]?.id, "call")}`;
    },
    states: ["full"],
  },
  {
    name: "models-budget",
    route: "/models",
    address: async ({ gateway }) => {
      const { items } = await gateway.listBudgets({ limit: 100 });
      const both = items.find(({ limitMicros, limitTokens }) => limitMicros !== null && limitTokens !== null);
      return `/models?tab=budgets&panel=budget.${required(both?.id, "budget of both")}`;
    },
    states: ["full"],
  },
  { name: "plan", route: "/plan", isMain: true },
  { name: "plan-invoices", route: "/plan", address: async () => "/plan?tab=invoices" },
  {
    name: "invoice",
    route: "/plan/invoices/$invoiceId",
    address: async ({ billing }) => {
      const [invoice] = (await billing.listInvoices()).items;
      return `/plan/invoices/${required(invoice?.id, "invoice")}`;
    },
    states: ["full", "loading", "error"],
  },
  { name: "billing", route: "/billing", states: ["full", "loading", "error"] },
  ...["subscriptions", "invoices"].map(
    (tab): PicturedPage => ({ name: `billing-${tab}`, route: "/billing", address: async () => `/billing?tab=${tab}` }),
  ),
  { name: "feed", route: "/feed" },
  { name: "audit", route: "/audit" },
  { name: "members", route: "/members" },
  { name: "settings", route: "/settings", states: ["full", "loading", "error"] },
  { name: "operations", route: "/operations" },
  ...["loops", "failed", "mailbox"].map(
    (tab): PicturedPage => ({
      name: `operations-${tab}`,
      route: "/operations",
      address: async () => `/operations?tab=${tab}`,
      states: ["full"],
    }),
  ),
  {
    name: "palette",
    route: "/agents",
    states: ["full"],
    prepare: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("bollard");
    },
  },
  { name: "not-found", route: "/agents", address: async () => "/nowhere", states: ["full"] },
];

async function agentNamed({ identity }: Reef, name: string): Promise<string> {
  const { items } = await identity.listAgents({ limit: 100 });
  return required(items.find((agent) => agent.name === name)?.fingerprint, name);
}

async function keyNamed({ gateway }: Reef, name: string): Promise<string> {
  const { items } = await gateway.listKeys({ limit: 100 });
  return required(items.find((key) => key.name === name)?.id, name);
}

async function diaryNamed({ memory }: Reef, name: string): Promise<string> {
  const [diary] = (await memory.listDiaries({ name })).items;
  return `/memory/diaries/${required(diary?.id, name)}`;
}

async function entryTitled({ memory }: Reef, title: string): Promise<string> {
  const { items } = await memory.search({ query: title, limit: 20 });
  return `/memory/entries/${required(items.find((hit) => hit.title?.includes(title))?.id, title)}`;
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`The demonstration has no ${name}.`);
  return value;
}

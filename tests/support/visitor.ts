import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { newContext } from "./browser.ts";
import type { Hands } from "./hands.ts";
import { PASSWORD } from "./people.ts";

/** Somebody in a browser of their own. */
export interface Visitor extends Hands {
  page: Page;
  context: BrowserContext;
  /** Goes to a path of the reef, or to a whole address. */
  open(path: string): Promise<void>;
  /** Waits for a page's heading. */
  heading(name: string | RegExp): Promise<void>;
  /** Gives address and password on the page for signing in. */
  enter(email: string, password?: string): Promise<void>;
  /** Signs in on the page for it, and waits until the console is there. */
  signIn(email: string, password?: string): Promise<void>;
  /** Signs out by the menu. */
  signOut(): Promise<void>;
}

/** A browser with no past, whose page is worked with by mouse or by keyboard. */
export async function newVisitor(
  browser: Browser,
  url: string,
  handsOn: (page: Page) => Hands,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await newContext(browser, options);
  const page = await context.newPage();
  const hands = handsOn(page);
  const visitor: Visitor = {
    ...hands,
    page,
    context,
    open: async (path) => void (await page.goto(new URL(path, url).href)),
    heading: (name) => page.getByRole("heading", { level: 1, name }).waitFor(),
    async enter(email, password = PASSWORD) {
      await hands.write(page.getByLabel("E-mail"), email);
      await hands.write(page.getByLabel("Password", { exact: true }), password);
      await hands.press(page.getByRole("button", { name: "Sign in", exact: true }));
    },
    async signIn(email, password) {
      await visitor.open("/sign-in");
      await visitor.enter(email, password);
      await page.waitForURL(`${url}/`);
    },
    async signOut() {
      await hands.press(page.getByRole("button", { name: /^Account of/ }));
      const loaded = page.waitForEvent("load");
      await hands.press(page.getByRole("menuitem", { name: "Sign out" }));
      await loaded;
    },
  };
  return visitor;
}

/** Reads the newest mail of a kind in the mailbox page, as an operator who is signed in, and gives its link's address. */
export async function linkOfMail({ page, open, press }: Visitor, subject: RegExp, to: string): Promise<string> {
  await open("/operations?tab=mailbox");
  const row = page.getByRole("row").filter({ hasText: to }).filter({ hasText: subject }).first();
  await press(row.getByRole("link"));
  const panel = page.getByRole("complementary");
  await panel.getByText(`To ${to}`).waitFor();
  const link = panel.getByRole("link", { name: /^http/ }).first();
  return (await link.getAttribute("href")) ?? "";
}

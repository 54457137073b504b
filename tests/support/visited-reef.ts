import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "./console.ts";
import type { Hands } from "./hands.ts";
import { createOrganization, type SignedInPerson, setUp, signUp } from "./people.ts";
import { type ReefProcess, startReefProcess } from "./reef-process.ts";
import { newVisitor, type Visitor } from "./visitor.ts";

/** A reef with an operator, to which everybody may come, and browsers that visit it. */
export interface VisitedReef {
  process: ReefProcess;
  url: string;
  operator: SignedInPerson;
  /** A new browser, in which nobody is signed in. */
  visit(options?: BrowserContextOptions): Promise<Visitor>;
  /** A person with an organization of their own. */
  newAccount(name: string): Promise<SignedInPerson>;
  /** The same, signed in in a new browser. */
  newPerson(name: string): Promise<Visitor & { email: string }>;
  /** The address of the link in the newest mail of a kind, as the operator reads it in the mailbox page. */
  linkOfMail(subject: RegExp, to: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one; `handsOn` says how its visitors work. */
export async function startVisitedReef(
  handsOn: (page: Page) => Hands,
  environment: Record<string, string> = {},
): Promise<VisitedReef> {
  const process = await startReefProcess({
    environment: { REEF_RATE_LIMIT_FACTOR: "100", REEF_SIGN_UP: "open", ...environment },
  });
  const { url } = process;
  const operator = await setUp(url, process.setupCode ?? "", "coral-lab");
  const browser: Browser = await launchChromium();
  const visit = (options?: BrowserContextOptions) => newVisitor(browser, url, handsOn, options);
  const postman = await visit();
  await postman.signIn(operator.email);
  const newAccount = async (name: string) => {
    const person = await signUp(url, operator, name);
    await createOrganization(url, person, `${name}-org`);
    return person;
  };
  return {
    process,
    url,
    operator,
    visit,
    newAccount,
    async newPerson(name) {
      const { email } = await newAccount(name);
      const visitor = await visit();
      await visitor.signIn(email);
      return { ...visitor, email };
    },
    linkOfMail: (subject, to) => linkOfMail(postman, subject, to),
    async stop() {
      await browser.close();
      await process.stop();
    },
  };
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

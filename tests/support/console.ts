import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { joinReef, joinThrough, type PlayedAgent } from "./agents.ts";
import { createVisit, launchChromium, signInHere, type Visit } from "./browser.ts";
import type { Hands } from "./hands.ts";
import { createOrganization, type SignedInPerson, setUp, signUp } from "./people.ts";
import { type ReefProcess, startReefProcess } from "./reef-process.ts";
import { linkOfMail, newVisitor, type Visitor } from "./visitor.ts";

/** A reef with a browser. */
interface BrowsedReef {
  url: string;
  process: ReefProcess;
  browser: Browser;
  stop(): Promise<void>;
}

/** A reef for tests of what agents do and people see: visits of which nothing may be complained. */
export interface RunningConsole extends BrowsedReef {
  /** The founding agent, "otter". */
  otter: PlayedAgent;
  /** Owns the organization, and operates the reef. */
  owner: SignedInPerson;
  /** Goes to a page as the owner. */
  visit: Visit;
  /** Goes to pages as somebody else, or in one of several organizations. */
  visitAs(person: SignedInPerson, slug?: string): Visit;
  /** A further agent. */
  join(name: string): Promise<PlayedAgent>;
}

/** A reef for tests of what people do with their accounts: to which everybody may come, in browsers of their own. */
export interface VisitedReef extends BrowsedReef {
  operator: SignedInPerson;
  /** A new browser, in which nobody is signed in. */
  visit(options?: BrowserContextOptions): Promise<Visitor>;
  /** A person with an organization of their own. */
  newAccount(name: string): Promise<SignedInPerson>;
  /** The same, signed in in a new browser. */
  newPerson(name: string): Promise<Visitor & { email: string }>;
  /** The address of the link in the newest mail of a kind, as the operator reads it in the mailbox page. */
  linkOfMail(subject: RegExp, to: string): Promise<string>;
}

/** Starts a reef whose organization is called `kelmouth`. */
export async function startConsole(environment: Record<string, string> = {}): Promise<RunningConsole> {
  const browsed = await startBrowsedReef(environment);
  const { url, process, browser } = browsed;
  const otter = await joinReef(url, "otter", process.voucher);
  const owner = await setUp(url, process.setupCode, { slug: "kelmouth" });
  const visitAs = (person: SignedInPerson, slug?: string) => createVisit(browser, url, person, slug);
  return {
    ...browsed,
    otter,
    owner,
    visit: visitAs(owner),
    visitAs,
    join: (name) => joinThrough(url, otter.reef, name),
  };
}

/** Starts a reef with an operator; `handsOn` says how its visitors work. */
export async function startVisitedReef(
  handsOn: (page: Page) => Hands,
  environment: Record<string, string> = {},
): Promise<VisitedReef> {
  const browsed = await startBrowsedReef({ REEF_SIGN_UP: "open", ...environment });
  const { url, process, browser } = browsed;
  const operator = await setUp(url, process.setupCode, { slug: "coral-lab" });
  const visit = (options?: BrowserContextOptions) => newVisitor(browser, url, handsOn, options);
  const postman = await visit();
  await signInHere(postman.context, url, operator);
  const newAccount = async (name: string) => {
    const person = await signUp(url, operator, name);
    await createOrganization(url, person, `${name}-org`);
    return person;
  };
  return {
    ...browsed,
    operator,
    visit,
    newAccount,
    async newPerson(name) {
      const person = await newAccount(name);
      const visitor = await visit();
      await signInHere(visitor.context, url, person);
      await visitor.open("/");
      return { ...visitor, email: person.email };
    },
    linkOfMail: (subject, to) => linkOfMail(postman, subject, to),
  };
}

async function startBrowsedReef(environment: Record<string, string>): Promise<BrowsedReef> {
  const process = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100", ...environment } });
  const browser = await launchChromium();
  return {
    url: process.url,
    process,
    browser,
    async stop() {
      await browser.close();
      await process.stop();
    },
  };
}

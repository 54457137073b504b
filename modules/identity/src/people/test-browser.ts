import assert from "node:assert/strict";
import type { Answer, RunningReef } from "../test-reef.ts";
import { ACCOUNTS_PATH } from "./wire.ts";

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a server sends to a test may be anything, and the test checks it.
type AnyBody = any;

export const PASSWORD = "correct horse battery";

/** What a browser does at `/api/auth`: it keeps cookies, and says from which page it asks. */
export interface Browser {
  /** By name; a test may take one away, or give one. */
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer<AnyBody>>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Answer<AnyBody>>;
}

/** A browser with no cookies yet, on a page of the reef. */
export function openBrowser(reef: RunningReef): Browser {
  const cookies = new Map<string, string>();
  async function send(method: string, path: string, body: object | undefined, headers: Record<string, string>) {
    const response = await fetch(`${reef.url}${path.startsWith("/api/") ? path : `${ACCOUNTS_PATH}${path}`}`, {
      method,
      redirect: "manual",
      headers: {
        ...(method === "POST" && { "Content-Type": "application/json", Origin: reef.publicUrl }),
        ...(cookies.size > 0 && { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
        ...headers,
      },
      ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
    });
    for (const line of response.headers.getSetCookie()) keep(line);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }
  function keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line) || value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
  return {
    cookies,
    get: (path, headers = {}) => send("GET", path, undefined, headers),
    post: (path, body, headers = {}) => send("POST", path, body, headers),
  };
}

/** The newest mail to an address, and what its link carries. */
export function mailTo(reef: RunningReef, to: string, template: string): { text: string; link: URL; token: string } {
  const mail = reef.mails.findLast((sent) => sent.to === to && sent.template === template);
  assert.ok(mail, `no ${template} to ${to}: ${reef.mails.map((sent) => `${sent.template} to ${sent.to}`).join(", ")}`);
  const link = new URL(/https?:\/\/\S+/.exec(mail.text)?.[0] ?? "");
  return { text: mail.text, link, token: link.searchParams.get("token") ?? "" };
}

/** How many mails of a kind an address has got. */
export const countMails = (reef: RunningReef, to: string, template?: string): number =>
  reef.mails.filter((sent) => sent.to === to && (template === undefined || sent.template === template)).length;

/** Makes an account and confirms its address. */
export async function signUp(reef: RunningReef, email: string, name = "Ada"): Promise<void> {
  const browser = openBrowser(reef);
  const answer = await browser.post("/sign-up/email", { name, email, password: PASSWORD });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { token } = mailTo(reef, email, "verify-address");
  const verified = await browser.get(`/verify-email?token=${token}`);
  assert.equal(verified.status, 200, JSON.stringify(verified.body));
}

export async function signIn(reef: RunningReef, email: string, browser = openBrowser(reef)): Promise<Browser> {
  const answer = await browser.post("/sign-in/email", { email, password: PASSWORD });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return browser;
}

/** A browser in which somebody with a new account is signed in. */
export async function newPerson(reef: RunningReef, email: string, name?: string): Promise<Browser> {
  await signUp(reef, email, name);
  return signIn(reef, email);
}

/** An organization with a new slug, of which the browser's person is the owner; its UUID. */
export async function newOrganization(browser: Browser, slug: string, name = "Acme"): Promise<string> {
  const answer = await browser.post("/organization/create", { name, slug });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
}

/** Invites an address; the invitation's id, and the token in the mail. */
export async function invite(
  reef: RunningReef,
  browser: Browser,
  invitation: { email: string; role: string; organizationId: string },
): Promise<{ id: string; token: string }> {
  const answer = await browser.post("/organization/invite-member", invitation);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return { id: answer.body.id, token: mailTo(reef, invitation.email, "invitation").token };
}

/** A new person who has joined an organization by an invitation. */
export async function newMember(
  reef: RunningReef,
  owner: Browser,
  invitation: { email: string; role: string; organizationId: string },
): Promise<Browser> {
  const { id } = await invite(reef, owner, invitation);
  const browser = await newPerson(reef, invitation.email);
  const accepted = await browser.post("/organization/accept-invitation", { invitationId: id });
  assert.equal(accepted.status, 200, JSON.stringify(accepted.body));
  return browser;
}

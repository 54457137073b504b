import { findChromium } from "@reef/testing";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import type { ReefProcess } from "./reef-process.ts";

/** The first person of a reef, who operates it and owns its first organization. */
const operator = {
  name: "Adaeze Oduya",
  email: "adaeze@kelmouth.example",
  password: "nine keys in the cabinet",
  organizationName: "Kelmouth Quay",
  slug: "kelmouth",
} as const;

/** Chromium's own calls to its maker are refused on a closed network, so they are turned off. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long a page may take for anything, on a machine that does a lot beside it. */
export const PATIENCE_MS = 90_000;

/** The system's Chromium. @throws when there is none. */
export async function launchChromium(...more: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("No Chromium was found; CHROMIUM_PATH names one.");
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}

/** Makes the {@link operator} by the one-time link that the reef printed, without a browser. */
export async function setUpOperator({ url, setupCode }: ReefProcess): Promise<void> {
  if (setupCode === undefined) throw new Error("The reef printed no link for its first person.");
  await post(url, "/api/setup", { code: setupCode, ...operator });
}

/** The operator's session as a bearer token, for programs. */
export async function signInAsProgram(url: string): Promise<string> {
  const { email, password } = operator;
  const response = await post(url, "/api/auth/sign-in/email", { email, password });
  const token = response.headers.get("set-auth-token");
  if (token === null) throw new Error("The sign-in gave no token.");
  return token;
}

/** Signs the operator in in a browser, without its page. */
export async function signInHere(context: BrowserContext, url: string): Promise<void> {
  const { email, password } = operator;
  const response = await context.request.post(`${url}/api/auth/sign-in/email`, {
    headers: { origin: url },
    data: { email, password },
  });
  if (!response.ok()) throw new Error(`The sign-in was refused: ${response.status()} ${await response.text()}`);
}

async function post(url: string, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", origin: url };
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

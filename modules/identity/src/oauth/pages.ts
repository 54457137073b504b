import type { ProviderContext } from "oidc-provider";

/** What a browser may do with these pages: their own style and script, and a form that stays here. No inline anything. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** Where style and script stand; they never change while a process runs, and a browser asks again after an hour. */
export const PAGE_ASSETS = {
  "/oauth2/pages.css": { type: "text/css; charset=utf-8", text: styles() },
  "/oauth2/pages.js": { type: "text/javascript; charset=utf-8", text: script() },
} as const;

/** What the page about a request shows. */
export interface ShownRequest {
  /** The address of the page itself. */
  path: string;
  clientId: string;
  clientHost: string;
  redirectHost: string;
  /** Whether the answer goes to a program on the person's own machine. */
  isLocalRedirect: boolean;
  scopes: readonly { name: string; description: string }[];
  /** How a person may let it in; absent where it asks only for what agents do. */
  person: ShownPerson | undefined;
  /** The code for `reef mcp approve`. */
  userCode: string;
  expiresAt: Date;
  csrfToken: string;
  /** What was wrong with what the form sent. */
  complaint?: string | undefined;
}

/** What the page says to a person who may let the client in. */
export interface ShownPerson {
  /** What the client gets then, of all that it asks for. */
  scopes: readonly string[];
  /** Absent where nobody is signed in in this browser. */
  signedIn?: {
    name: string;
    email: string;
    /** By which the form shows that this person was its reader. */
    token: string;
    organizations: readonly { organizationId: string; name: string }[];
  };
}

/** Answers a request of oidc-provider with a page. */
export function sendPage(context: ProviderContext, page: string): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) context.set(name, value);
  context.body = page;
}

/** The page on which a person sees which client asks for what, until somebody has approved it. */
export function requestPage(request: ShownRequest): string {
  const { path, clientHost, redirectHost, userCode } = request;
  const local = request.isLocalRedirect
    ? `<p class="warning">The answer goes to a program on this computer. Any program here can say that it is ${escapeHtml(clientHost)}, so continue only if you started this yourself.</p>`
    : "";
  return frame(
    "Let a program act here?",
    `<p class="client">${escapeHtml(clientHost)}</p>
<p>wants to act by MCP, for you or for one of your agents.</p>
<dl>
<dt>Known as</dt><dd>${escapeHtml(request.clientId)}</dd>
<dt>Answer goes to</dt><dd>${escapeHtml(redirectHost)}</dd>
</dl>
${local}
<h2>It may</h2>
<ul>
${request.scopes.map(({ name, description }) => `<li>${escapeHtml(description)} <code>${escapeHtml(name)}</code></li>`).join("\n")}
</ul>
${request.complaint === undefined ? "" : `<p class="warning" role="alert">${escapeHtml(request.complaint)}</p>`}
${request.person === undefined ? "" : personPart(request, request.person)}
<h2>Let it act for an agent</h2>
<p>On the agent's machine, run this. It asks once more before it approves.</p>
<pre><code>reef mcp approve <strong>${escapeHtml(userCode)}</strong></code></pre>
<p>The code is good once, until ${escapeHtml(request.expiresAt.toISOString().slice(11, 16))} UTC. Give it to nobody else: whoever approves lets <em>this</em> browser in.</p>
<p id="waiting" data-state="${escapeHtml(path)}/state" role="status"><a href="${escapeHtml(path)}">Continue when it is approved</a></p>
<h2>Or with the agent's client secret</h2>
<form method="post" action="${escapeHtml(path)}" autocomplete="off">
<input type="hidden" name="csrf" value="${escapeHtml(request.csrfToken)}">
<label>Client id<input name="clientId" spellcheck="false" autocapitalize="none" maxlength="64"></label>
<label>Client secret<input name="clientSecret" type="password" maxlength="256"></label>
<div class="actions">
<button name="answer" value="approve">Approve</button>
<button name="answer" value="deny" class="quiet">Refuse</button>
</div>
</form>`,
    `<script src="/oauth2/pages.js" defer></script>`,
  );
}

/** How the person who is signed in lets the client in, or where to sign in first; the way back leads here. */
function personPart({ path, csrfToken, scopes }: ShownRequest, { scopes: given, signedIn }: ShownPerson): string {
  const heading = "<h2>Let it act for you</h2>";
  if (signedIn === undefined) {
    const signIn = `/sign-in?return_to=${encodeURIComponent(path)}`;
    return `${heading}\n<p><a href="${escapeHtml(signIn)}">Sign in</a> to let it act for yourself.</p>`;
  }
  const { name, email, token, organizations } = signedIn;
  const limit =
    given.length === scopes.length
      ? "what you may do yourself in the organization"
      : `of it ${given.map((scope) => `<code>${escapeHtml(scope)}</code>`).join(", ")}, as far as you may do it yourself`;
  const who = `<p>You are signed in as <strong>${escapeHtml(name)}</strong>, ${escapeHtml(email)}.`;
  if (organizations.length === 0) return `${heading}\n${who} You are in no organization that it could act in.</p>`;
  const buttons = organizations.map(
    (organization) =>
      `<button name="organization" value="${escapeHtml(organization.organizationId)}">Act for me in ${escapeHtml(organization.name)}</button>`,
  );
  return `${heading}
${who} It gets ${limit}, until you change your password or leave the organization.</p>
<form method="post" action="${escapeHtml(path)}">
<input type="hidden" name="csrf" value="${escapeHtml(csrfToken)}">
<input type="hidden" name="person" value="${escapeHtml(token)}">
<div class="actions">
${buttons.join("\n")}
</div>
</form>`;
}

/**
 * The page that leads on to the client. It is no redirect, because a form may not lead to another site by one, and
 * clients may be at any address.
 */
export const onwardPage = (title: string, returnTo: string): string =>
  frame(
    title,
    `<p><a href="${escapeHtml(returnTo)}">Continue to the program</a></p>`,
    `<meta http-equiv="refresh" content="0;url=${escapeHtml(returnTo)}">`,
  );

/** The page for a request that cannot go on, and cannot be sent back to its client. */
export const errorPage = (text: string): string =>
  frame(
    "This request cannot go on",
    `<p>${escapeHtml(sentence(text))}</p>\n<p>Go back to the program that sent you here, and start again.</p>`,
  );

/** What oidc-provider says begins with a small letter and has no full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const frame = (title: string, body: string, head = ""): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} – Reef</title>
<link rel="stylesheet" href="/oauth2/pages.css">
${head}
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;

function styles(): string {
  return `:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f23, #e6e8ea);
  --soft: light-dark(#57606a, #9aa4ae);
  --line: light-dark(#d0d7de, #3a424a);
  --ground: light-dark(#ffffff, #14181c);
  --panel: light-dark(#f3f5f7, #1d2329);
  --accent: light-dark(#0b5c6b, #7fd0df);
  --alarm: light-dark(#8a3b00, #ffb27a);
  font: 16px/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
main { max-width: 36rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 1.5rem; }
h2 { font-size: 1rem; margin: 2rem 0 0.5rem; }
p { margin: 0.5rem 0; }
a { color: var(--accent); }
.client { font-size: 1.5rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.25rem; }
code, dd, pre { font-family: ui-monospace, monospace; font-size: 0.875rem; }
li code { color: var(--soft); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; margin: 0.5rem 0;
  white-space: pre-wrap; }
.warning { color: var(--alarm); border-left: 3px solid currentcolor; padding-left: 0.75rem; }
label { display: block; margin: 0.75rem 0; }
input:not([type="hidden"]) { display: block; width: 100%; margin-top: 0.25rem; padding: 0.5rem; font: inherit;
  color: inherit; background: var(--panel); border: 1px solid var(--soft); border-radius: 6px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1rem; }
button { font: inherit; padding: 0.5rem 1.25rem; border-radius: 6px; border: 1px solid var(--accent);
  background: var(--accent); color: var(--ground); cursor: pointer; }
button.quiet { background: none; color: var(--ink); border-color: var(--line); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
}

/** Asks every two seconds whether an agent has approved; without scripts the link does the same. */
function script(): string {
  return `const waiting = document.getElementById("waiting");
async function ask() {
  try {
    const response = await fetch(waiting.dataset.state);
    const state = response.ok ? (await response.json()).state : "ended";
    if (state !== "waiting") {
      location.replace(waiting.querySelector("a").href);
      return;
    }
  } catch {
    // The reef is away for a moment.
  }
  setTimeout(ask, 2000);
}
setTimeout(ask, 2000);
`;
}

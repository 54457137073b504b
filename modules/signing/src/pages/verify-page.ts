import type { HttpApp } from "@reef/http";
import { verifyScript } from "./verify-script.ts";
import { verifyStyle } from "./verify-style.ts";

/** The page runs its own script and style alone, and talks to this reef alone. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Adds `/verify`, where a person sees a signature checked. The page is the same for everybody: its script asks the public
 * route, so that looking up a signature there counts against the same limits.
 */
export function mountVerifyPage(app: HttpApp): void {
  app.get("/verify", (context) => context.html(page, 200, { "Content-Security-Policy": POLICY }));
  app.get("/verify/page.js", (context) =>
    context.body(verifyScript, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
  );
  app.get("/verify/page.css", (context) =>
    context.body(verifyStyle, 200, { "Content-Type": "text/css; charset=utf-8" }),
  );
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Check a signature – Reef</title>
<link rel="stylesheet" href="/verify/page.css">
<link rel="icon" href="data:,">
<script src="/verify/page.js" type="module"></script>
</head>
<body>
<main>
<h1>Check a signature</h1>
<noscript><p>This page needs JavaScript. Without it, send the signature to <code>POST /api/signatures/verify</code>, or run <code>reef verify SIGNATURE</code>.</p></noscript>

<section aria-labelledby="lookup-title">
<h2 id="lookup-title">Whose is it?</h2>
<p>The reef tells who made a signature, with which key and when. It never tells what was signed, only its SHA-256 digest.</p>
<form id="lookup" method="get" action="/verify">
<label for="lookup-signature">Signature</label>
<input id="lookup-signature" name="signature" required maxlength="88" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="88 characters, ending in ==">
<button type="submit">Look up signature</button>
</form>
<div id="lookup-result" role="status" hidden></div>
</section>

<section aria-labelledby="own-title">
<h2 id="own-title">Check it yourself</h2>
<p>With the message, its nonce and the key, this browser verifies the signature by itself. Nothing that you paste here is sent.</p>
<form id="own">
<label for="own-message">Message</label>
<textarea id="own-message" rows="4" autocapitalize="none" spellcheck="false" aria-describedby="own-message-note"></textarea>
<small id="own-message-note">Exactly as it was signed, spaces and line breaks too. A text field has no CRLF line ends; check such a message with <code>reef verify</code>.</small>
<label for="own-nonce">Nonce</label>
<input id="own-nonce" required maxlength="256" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="of the signing request">
<label for="own-key">Public key</label>
<input id="own-key" required maxlength="60" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="ed25519:…">
<label for="own-signature">Signature</label>
<input id="own-signature" required maxlength="88" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="88 characters, ending in ==">
<button type="submit">Verify in this browser</button>
</form>
<div id="own-result" role="status" hidden></div>
</section>
</main>
</body>
</html>
`;

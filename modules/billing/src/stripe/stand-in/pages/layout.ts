/** A page as it is sent. */
export interface Page {
  status: number;
  html: string;
  /** Origins beside its own where a form may lead. */
  leadsTo: readonly string[];
}

/** A page that leads elsewhere. */
export interface Redirection {
  location: string;
}

/** Text as it stands in HTML, also between quotes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** An amount in words that need no locale: `19.00 USD`. */
export const money = (cents: number, currency: string): string =>
  `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`;

/** A day, in UTC: `2026-11-30`. */
export const day = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10);

/** The origin of an address, for the page's policy; of none where there is no address. */
export const originsOf = (...urls: (string | null)[]): string[] =>
  urls.flatMap((url) => (url === null ? [] : [new URL(url).origin]));

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem 3rem; }
.notice { border: 2px solid #b45309; border-radius: .5rem; padding: .5rem 1rem; }
.error { border-left: 4px solid #dc2626; padding-left: .75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.125rem; margin-top: 2rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { box-sizing: border-box; font: inherit; min-height: 2.75rem; padding: .25rem .75rem; width: 100%; }
button { font: inherit; margin: .75rem .5rem 0 0; min-height: 2.75rem; padding: .25rem 1rem; }
a { display: inline-block; padding: .5rem 0; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: top; }
td:last-child, th:last-child { padding-right: 0; text-align: right; }
form { margin: 0; } code { overflow-wrap: anywhere; }
`;

/** Everything on a page comes with it: nothing is loaded from anywhere. */
export const policyOf = ({ leadsTo }: Page): string =>
  `default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' ${leadsTo.join(" ")}; base-uri 'none'; frame-ancestors 'none'`;

/** A page, with the notice that nothing on it is real. `body` is HTML. */
export const page = (title: string, body: string, { status = 200, leadsTo = [] }: Partial<Page> = {}): Page => ({
  status,
  leadsTo,
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – stand-in for Stripe</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<p class="notice" role="note"><strong>Nothing here is real.</strong> This page stands in for Stripe on this machine: no card is charged, and no money moves.</p>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`,
});

import { fileURLToPath } from "node:url";
import type { HttpApp, HttpContext } from "@reef/http";
import { type ConsoleFile, readConsoleFiles } from "./console-files.ts";

export interface ConsoleOptions {
  /** Without a slash at its end; its host is the one under which organizations have subdomains. */
  publicUrl: string;
  /** Where the build is; the console's own folder unless a test says otherwise. */
  folder?: string;
}

const BUILD = fileURLToPath(new URL("../../../console/dist", import.meta.url));

/** Paths that belong to programs, where a page would hide that there is nothing. */
const NOT_PAGES = /^\/(api|oauth2|\.well-known|mcp|health|metrics|problems|verify|assets|llms\.txt)(\/|$)/;

/**
 * Nothing inline and nothing from elsewhere. Styles that scripts set on elements are no inline styles (CSP level 3, section
 * 6.1.1), so the page's own positioning needs no exception.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy":
    "publickey-credentials-create=(self), publickey-credentials-get=(self), clipboard-write=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/** Serves the console at `/`. Stands last: what has a route of its own keeps it. */
export function addConsole(app: HttpApp, { publicUrl, folder = BUILD }: ConsoleOptions): void {
  const files = readConsoleFiles(folder, new URL(publicUrl).host);
  app.get("*", (context, next) => {
    const asset = files?.assets.get(context.req.path);
    if (asset) return answer(context, asset);
    if (!isNavigation(context)) return next();
    return files ? answer(context, files.page) : context.html(missing, 503, PAGE_HEADERS);
  });
}

/** Whether a browser asks for a page; every page of the console is made from the same document. */
const isNavigation = ({ req }: HttpContext): boolean =>
  !NOT_PAGES.test(req.path) && (req.header("accept")?.includes("text/html") ?? false);

function answer(context: HttpContext, { mediaType, etag, isImmutable, bodies }: ConsoleFile): Response {
  const coding = (["br", "gzip"] as const).find(
    (name) => bodies[name] && accepts(context.req.header("accept-encoding"), name),
  );
  const headers = {
    ...PAGE_HEADERS,
    "Cache-Control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    // Each coding is a representation of its own (RFC 9110, section 8.8.3.3).
    ETag: coding === undefined ? etag : etag.replace(/"$/, `-${coding}"`),
    Vary: "Accept-Encoding",
  };
  if (knows(context.req.header("if-none-match"), headers.ETag)) return context.body(null, 304, headers);
  const body = (coding && bodies[coding]) ?? bodies.identity;
  return context.body(body, 200, {
    ...headers,
    "Content-Type": mediaType,
    "Content-Length": String(body.length),
    ...(coding !== undefined && { "Content-Encoding": coding }),
  });
}

/** Whether the client takes a coding (RFC 9110, section 12.5.3); what is not named is taken for refused. */
const accepts = (header: string | undefined, coding: string): boolean =>
  header?.split(",").some((part) => {
    const [name, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }) ?? false;

const knows = (header: string | undefined, etag: string): boolean =>
  header?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag) ?? false;

const missing = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Reef</title></head>
<body>
<h1>The console is not built</h1>
<p>The reef itself runs: its API, MCP and OAuth answer. To build the console, run this where the reef is installed, then start it again:</p>
<pre>npm run build:console</pre>
</body>
</html>
`;

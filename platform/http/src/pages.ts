import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ErrorDefinition } from "@reef/errors";
import type { HttpApp } from "./create-app.ts";
import { answerProblem } from "./create-app.ts";
import { httpErrors } from "./errors.ts";

export interface PagesOptions {
  publicUrl: string;
  /** The OpenAPI document, ready to be sent. */
  openApi: object;
  /** Every problem code that this reef can answer with, by its full name. */
  problems: Readonly<Record<string, ErrorDefinition>>;
}

const require = createRequire(import.meta.url);
const swaggerFolder = dirname(require.resolve("swagger-ui-dist/package.json"));
const readAsset = (name: string, mediaType: string) => ({ mediaType, bytes: readFileSync(join(swaggerFolder, name)) });

/** The reference needs its own script and style from here, inline styles (Swagger UI sets them) and inline images; nothing from elsewhere. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Adds what describes the API itself: the OpenAPI document, a readable reference, and a page for every problem code. */
export function addPages(app: HttpApp, { publicUrl, openApi, problems }: PagesOptions): void {
  const openApiText = JSON.stringify(openApi);
  app.get("/api/openapi.json", (context) => context.body(openApiText, 200, { "Content-Type": "application/json" }));

  app.get("/api/docs", (context) => context.html(docsPage, 200, { "Content-Security-Policy": DOCS_POLICY }));
  app.get("/api/docs/start.js", (context) =>
    context.body(docsScript, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
  );
  const assets = new Map([
    ["swagger-ui-bundle.js", readAsset("swagger-ui-bundle.js", "text/javascript; charset=utf-8")],
    ["swagger-ui.css", readAsset("swagger-ui.css", "text/css; charset=utf-8")],
  ]);
  app.get("/api/docs/:asset", (context) => {
    const asset = assets.get(context.req.param("asset"));
    if (asset === undefined) return answerProblem(context, httpErrors.not_found(), { publicUrl });
    return context.body(asset.bytes, 200, {
      "Content-Type": asset.mediaType,
      "Cache-Control": "public, max-age=86400",
    });
  });

  const listed = Object.entries(problems).map(([code, definition]) => ({
    type: `${publicUrl}/problems/${code}`,
    code,
    status: definition.status,
    title: definition.title,
    detail: definition.public,
  }));
  app.get("/problems", (context) => {
    if (!wantsPage(context.req.header("accept")))
      return context.json({ items: listed, nextCursor: null, total: listed.length });
    return context.html(problemPage("Problems", listed), 200, { "Content-Security-Policy": PAGE_POLICY });
  });
  app.get("/problems/:code", (context) => {
    const found = listed.filter(({ code }) => code === context.req.param("code"));
    const [problem] = found;
    if (problem === undefined) return answerProblem(context, httpErrors.not_found(), { publicUrl });
    if (!wantsPage(context.req.header("accept"))) return context.json(problem);
    return context.html(problemPage(problem.title, found), 200, { "Content-Security-Policy": PAGE_POLICY });
  });
}

const wantsPage = (accept: string | undefined): boolean => accept?.includes("text/html") ?? false;

const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reef API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

const docsScript = `SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const problemPage = (
  title: string,
  problems: { code: string; status: number; title: string; detail: string }[],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Reef</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 4rem auto; max-width: 72ch; padding: 0 1rem; }
code, dt { font-family: ui-monospace, monospace; font-size: 14px; }
dt { margin-top: 1.5rem; } dd { margin: 0; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<dl>
${problems.map(({ code, status, detail }) => `<dt id="${escapeHtml(code)}">${status} ${escapeHtml(code)}</dt>\n<dd>${escapeHtml(detail)}</dd>`).join("\n")}
</dl>
</body>
</html>
`;

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { fileNamed } from "./file-named.ts";

const NAME = "theme.js";
const source = new URL("../src/theme/early.js", import.meta.url);

/**
 * Puts the chosen theme onto the document before the first paint: a small classic script in a file of its own, because a
 * module would run too late and an inline script is forbidden by `script-src 'self'`.
 */
export const earlyTheme = (): Plugin => ({
  name: "reef-early-theme",
  buildStart() {
    if (!this.meta.watchMode) this.emitFile({ type: "asset", name: NAME, source: readFileSync(source) });
  },
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const src = bundle === undefined ? "/src/theme/early.js" : `/${fileNamed(bundle, NAME)}`;
      return [{ tag: "script", attrs: { src }, injectTo: "head-prepend" }];
    },
  },
});

import type { HtmlTagDescriptor, Plugin } from "vite";
import { fileNamed } from "./file-named.ts";

/** The two faces of the first view; without this they would be asked for only after the style sheet was read. */
const FONTS = ["geist-latin-wght-normal.woff2", "geist-mono-latin-wght-normal.woff2"];

/** Has the browser fetch the fonts beside the style sheet. */
export const preloadedFonts = (): Plugin => ({
  name: "reef-preloaded-fonts",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }): HtmlTagDescriptor[] =>
      FONTS.map((name) => ({
        tag: "link",
        attrs: {
          rel: "preload",
          as: "font",
          type: "font/woff2",
          crossorigin: true,
          href: `/${fileNamed(bundle ?? {}, name)}`,
        },
        injectTo: "head",
      })),
  },
});

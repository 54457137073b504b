import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { earlyTheme } from "./build/early-theme.ts";
import { preloadedFonts } from "./build/preloaded-fonts.ts";
import { stamped } from "./build/stamped.ts";

/** Where `npm run dev:console` finds the reef; it says "localhost", as the cookies and the origin check of it do. */
const reef = { target: "http://localhost:4200", changeOrigin: false };

const configuration = defineConfig({
  plugins: [react(), tailwindcss(), earlyTheme(), preloadedFonts(), compressed(), stamped()],
  resolve: {
    alias: {
      // Its scroll lock writes a style element, which `style-src 'self'` forbids; ours sets a class.
      "react-remove-scroll": new URL("src/ui/remove-scroll.tsx", import.meta.url).pathname,
    },
  },
  build: {
    // What has `light-dark()`: the theme is written with it.
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // A name that lists all who share the file would say more than anybody needs.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: {
          groups: [
            // What the first view needs comes in two files, of which the first changes only with its packages. Without this
            // every part that some page needs as well would be a file of its own.
            { name: "packages", test: /node_modules[\\/]/, tags: ["$initial"], priority: 2 },
            { name: "frame", tags: ["$initial"], priority: 1 },
            { name: "parts", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 12_000 },
          ],
        },
      },
    },
  },
  server: {
    port: 4210,
    strictPort: true,
    proxy: {
      "/api": reef,
      "/oauth2": reef,
      "/.well-known": reef,
      "/problems": reef,
      "/verify": reef,
    },
  },
});

export { configuration as default };

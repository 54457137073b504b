import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Fonts and pictures are compressed already; the page itself is compressed by the server, which writes its host into it. */
const COMPRESSED = /\.(js|css|svg)$/;
/** What is smaller than a packet gains nothing. */
const LEAST_BYTES = 1_024;

/** Lays a `.br` and a `.gz` beside each file, so that the server never compresses anything itself. */
export const compressed = (): Plugin => ({
  name: "reef-compressed",
  apply: "build",
  writeBundle({ dir = "dist" }) {
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !COMPRESSED.test(path)) continue;
      const bytes = readFileSync(path);
      if (bytes.length < LEAST_BYTES) continue;
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
    }
  },
});

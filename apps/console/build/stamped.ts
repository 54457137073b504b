import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { consoleStamp, STAMP_FILE } from "../../../tools/console-stamp.mjs";

/** Writes down what the build was made from, so that `tools/ensure-built.mjs` sees when there is something to do. */
export const stamped = (): Plugin => ({
  name: "reef-stamped",
  apply: "build",
  writeBundle({ dir = "dist" }) {
    writeFileSync(join(dir, STAMP_FILE), consoleStamp());
  },
});

// Plain JavaScript for the machine's own Node: it runs before the project's Node 24 is there.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What goes into the console's build: its own sources, the packages that it is made with, and their exact versions. */
const SOURCES = ["apps/console", "packages/sdk/src", "packages/proofs/src"];
const LEFT_OUT = new Set(["dist", "node_modules"]);

/** The file in `apps/console/dist` that holds the stamp. */
export const STAMP_FILE = ".stamp";

/** A digest of everything that the console's build is made from; tests and words about it do not count. */
export function consoleStamp() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const path of SOURCES.flatMap((folder) => filesIn(join(root, folder)))) {
    hash.update(`\0${relative(root, path).split(sep).join("/")}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name) && !/\.test\.tsx?$|\.md$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));
}

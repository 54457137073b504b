/**
 * `npm run package:skill` writes `dist/skills/reef.zip`, the skill as OpenClaw and others install it; `--check` only looks
 * whether the skill speaks of what there is. The same tree always gives the same bytes.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { findFaults } from "./skills/check-skill.ts";
import { currentSurface } from "./skills/surface.ts";

const NAME = "reef";
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "skills", NAME);

const faults = findFaults(readFileSync(join(folder, "SKILL.md"), "utf8"), folder, currentSurface());
for (const fault of faults) process.stderr.write(`skills/${NAME}/SKILL.md: ${fault}\n`);
if (faults.length > 0) process.exit(1);

if (!process.argv.includes("--check")) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const archive = zipSync(
    Object.fromEntries(files.map((file) => [`${NAME}/${file}`, readFileSync(join(folder, file))])),
    // A zip has times from 1980 on, in nobody's time zone; this is the first of them.
    { mtime: new Date(1980, 0, 1), level: 9 },
  );
  const target = join(root, "dist", "skills", `${NAME}.zip`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, archive);
  process.stdout.write(`${target}: ${files.length} files, ${archive.length} bytes\n`);
}
// The server's modules keep timers of their own.
process.exit(0);

// Plain JavaScript for the machine's own Node: it runs before the project's Node 24 is there.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = join(root, "package-lock.json");
const installed = join(root, "node_modules", ".package-lock.json");

/** npm writes the second file at the end of an install, so an older or missing one means that there is something to do. */
const isCurrent = existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;

if (!isCurrent) {
  process.stderr.write("Installing what is missing (about half a minute) …\n");
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  // Not `ci`: it refuses a lock file from a registry that lacks the packages of other platforms, such as ours.
  const args = [...first, "install", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    process.stderr.write("The install failed. Mend what npm says above, then repeat the command.\n");
    process.exit(1);
  }
}

// Plain JavaScript for the machine's own Node: it runs before the project's Node 24 is there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { consoleStamp, STAMP_FILE } from "./console-stamp.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "apps", "console", "dist", STAMP_FILE);

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== consoleStamp()) {
  process.stderr.write("Building the console (about ten seconds) …\n");
  const windows = process.platform === "win32" ? ".exe" : "";
  const node = join(root, "node_modules", "node", "bin", `node${windows}`);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const { status } = spawnSync(existsSync(node) ? node : process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: join(root, "apps", "console"),
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(
      "The console could not be built. The reef starts without it; npm run build:console says why.\n",
    );
    // Agents need no console, so it does not keep the reef from starting; a test run must not go on without it.
    process.exit(process.argv.includes("--strict") ? 1 : 0);
  }
}

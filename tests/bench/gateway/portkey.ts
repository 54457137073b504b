import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../support/reef-process.ts";

/** The peer as it was measured before; hono's packages are pinned, else its streams break. */
const MANIFEST = {
  private: true,
  dependencies: { "@portkey-ai/gateway": "1.15.2" },
  overrides: { "@hono/node-server": "1.13.5", hono: "4.9.7" },
};

export interface Peer {
  url: string;
  pid: number;
  stop(): void;
}

/** Installs the peer once into a folder of its own, and starts it on a program of Node. */
export async function startPortkey(node: string): Promise<Peer> {
  const folder = join(tmpdir(), "reef-bench-portkey-1.15.2");
  const program = join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify(MANIFEST));
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    const { status } = spawnSync("npm", install, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) throw new Error("Portkey's gateway could not be installed.");
  }
  const port = await findFreePort();
  const child = spawn(node, [program, `--port=${port}`, "--headless"], {
    cwd: folder,
    env: { ...process.env, TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (tries === 100) throw new Error("Portkey's gateway did not start.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, pid: child.pid ?? 0, stop: () => child.kill() };
}

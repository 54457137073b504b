import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { findFreePort, makeFolder, repositoryRoot } from "../support/reef-process.ts";

const run = promisify(execFile);

/** What a newcomer has: npm and some Node, not what this run has put into its environment. */
function newcomersEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH = "", HOME } = process.env;
  const withoutProject = PATH.split(":").filter(
    (folder) => !folder.startsWith(repositoryRoot) && !folder.includes("node_modules"),
  );
  return { PATH: withoutProject.join(":"), HOME, ...more };
}

describe("an agent's first day, in a fresh clone", () => {
  const home = makeFolder("reef-newcomer-");
  const clone = join(home, "reef");
  const stops: (() => void)[] = [];
  after(() => {
    for (const stop of stops) stop();
  });

  it("npm start brings a reef up; the agent registers, remembers and finds it again; Ctrl-C stops, and nothing is lost", async () => {
    await run("git", ["clone", "--quiet", repositoryRoot, clone]);
    const port = await findFreePort();
    const env = newcomersEnvironment({
      REEF_PORT: String(port),
      REEF_CONFIG_DIR: join(home, "config"),
      REEF_KEYRING: "off",
    });

    /** Runs `npm start` until it is ready. */
    async function start() {
      const child = spawn("npm", ["start"], { cwd: clone, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      stops.push(() => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
      });
      let output = "";
      // Closed is what npm shares with the reef, so the reef has ended as well and has let go of its data folder.
      const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
      const ready = new Promise<void>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (chunk) => {
            output += chunk;
            if (output.includes("Ctrl-C stops it.")) resolve();
          });
        }
        exited.then((code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
      });
      await ready;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return {
        output,
        read: () => output,
        /** As a terminal does: the signal goes to npm and to what it runs. */
        async interrupt() {
          process.kill(-(child.pid ?? 0), "SIGINT");
          return exited;
        },
      };
    }

    const reef = async (...args: string[]) => (await run("npx", ["reef", ...args], { cwd: clone, env })).stdout;

    const first = await start();
    const command = /npx (reef register --voucher \w+ --name ada --url \S+)/.exec(first.read())?.[1];
    assert.ok(command, first.read());
    await reef(...command.split(" ").slice(1));
    await reef("diary", "create", "notes");
    await reef("remember", "The deploy key lives in the vault; rotate it on Mondays", "--tags", "ops");
    const found = await reef("search", "when do we change the deployment key");
    assert.match(found, /The deploy key lives in the vault/);
    assert.match(found, /ada/);
    const { items } = JSON.parse(await reef("search", "when do we change the deployment key", "--json")) as {
      items: { author: { name: string }; createdAt: string }[];
    };
    assert.equal(items[0]?.author.name, "ada");
    assert.ok(Date.now() - Date.parse(items[0]?.createdAt ?? "") < 600_000);
    await first.interrupt();

    const second = await start();
    assert.doesNotMatch(second.read(), /--voucher/);
    assert.match(await reef("search", "when do we change the deployment key"), /The deploy key lives in the vault/);
    await second.interrupt();
  });

  it("npm test runs in the clone, with nothing but npm", async () => {
    const { stdout } = await run("npm", ["test", "--", "platform/crypto/src/ed25519.test.ts"], {
      cwd: clone,
      env: newcomersEnvironment({}),
    });
    assert.match(stdout, /fail 0/);
  });
});

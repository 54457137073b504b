import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepLog, keepsLogs } from "@reef/testing";

export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

const atExit: (() => void)[] = [];
process.on("exit", () => {
  for (const cleanUp of atExit.reverse()) cleanUp();
});

/** A reef in a process of its own, as a user starts it. */
export interface ReefProcess {
  url: string;
  dataFolder: string;
  child: ChildProcess;
  /** The code with which the first agent joins; undefined when one has joined already. */
  voucher: string | undefined;
  /** The code with which the first person becomes its operator; undefined when it has one already. */
  setupCode: string | undefined;
  /** All that it printed so far. */
  output(): string;
  /** Stops it as Ctrl-C does, and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

export interface ReefProcessOptions {
  dataFolder?: string | undefined;
  port?: number | undefined;
  environment?: Record<string, string>;
  /** The server's own arguments in place of none. */
  args?: readonly string[];
}

/** A port that nobody listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

/** A folder of its own, gone when the process ends. */
export function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  atExit.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the server's process without waiting for it to be ready. */
export function spawnReef({
  dataFolder = makeFolder("reef-data-"),
  port,
  environment = {},
  args = [],
}: ReefProcessOptions) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "apps/server/src/main.ts", ...args], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      REEF_PORT: String(port),
      REEF_DATA_DIR: dataFolder,
      REEF_LOG_LEVEL: keepsLogs ? "debug" : "warn",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    keepLog(chunk);
    output += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  atExit.push(() => child.kill("SIGKILL"));
  return { child, exited, dataFolder, output: () => output };
}

/** Starts a reef and waits until it says that it is ready. Rejects with its output when it ends before that. */
export async function startReefProcess(options: ReefProcessOptions = {}): Promise<ReefProcess> {
  const port = options.port ?? (await findFreePort());
  const { child, exited, dataFolder, output } = spawnReef({ ...options, port });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", () => {
      if (output().includes("Ctrl-C stops it.")) resolve();
    });
  });
  const ended = exited.then((code) => Promise.reject(new Error(`The reef ended with code ${code}:\n${output()}`)));
  ended.catch(() => {});
  await Promise.race([ready, ended]);
  return {
    url: `http://localhost:${port}`,
    dataFolder,
    child,
    voucher: /--voucher ([0-9a-f]{64})/.exec(output())?.[1],
    setupCode: /\/setup\?code=(\S+)/.exec(output())?.[1],
    output,
    async stop() {
      child.kill("SIGINT");
      return exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

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

/** Ports below all that systems give by themselves (Linux from 32768 on, others from 49152). */
const FIRST_PORT = 10_000;
const PORTS = 20_000;
/** More than one process of tests asks for. */
const PORTS_OF_A_PROCESS = 64;
let nextPort = (process.pid * PORTS_OF_A_PROCESS) % PORTS;

/**
 * A port that nobody listens on now. It is taken a moment later only, by another process, and may be taken anew after that
 * one has ended; so it is none that the system gives to somebody else meanwhile, and none that other tests try as well.
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = FIRST_PORT + nextPort;
    nextPort = (nextPort + 1) % PORTS;
    if (await isFree(port)) return port;
  }
  throw new Error("The system has no free port.");
}

/** Whether one can listen there, on every address of this machine. */
function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
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
  // Not at its exit: what it printed last may be unread then.
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
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

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { makeFolder } from "./run-reef.ts";

const server = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));

/** A real reef of its own, empty. */
export interface StartedServer {
  url: string;
  /** The code with which its first agent joins. */
  voucher: string;
  /** The code of the link with which its first person becomes its operator. */
  setupCode: string;
  stop(): Promise<void>;
}

/** Below those that systems give to whoever asks for any: one of these is taken by nobody before it is used. */
const PORTS = { first: 10_000, count: 20_000 };
/** The next one to try; processes that run side by side begin far from each other. */
let nextPort = (process.pid * 16) % PORTS.count;

/** A port that nobody listens on now, nor will unless by this number. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < PORTS.count; tries += 1) {
    const port = PORTS.first + (nextPort % PORTS.count);
    nextPort += 1;
    if (await isFree(port)) return port;
  }
  throw new Error("No port is free.");
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });

/** Starts the server's process, with more settings where given, and waits until it has told the founding voucher. */
export async function startServer(environment: Record<string, string> = {}): Promise<StartedServer> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", server], {
    env: {
      REEF_PORT: String(port),
      REEF_DATA_DIR: makeFolder("reef-cli-data-"),
      REEF_LOG_LEVEL: "warn",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let output = "";
  const voucher = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, code] = /--voucher ([0-9a-f]{64})/.exec(output) ?? [];
      if (code !== undefined) resolve(code);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    exited.then(() => reject(new Error(`The reef did not start:\n${output}`)), reject);
  });
  return {
    url: `http://localhost:${port}`,
    voucher,
    setupCode: /\/setup\?code=(\w+)/.exec(output)?.[1] ?? "",
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort, makeFolder } from "../../support/reef-process.ts";
import type { NotApplicable, Revision } from "./not-applicable.ts";

const suite = join(
  dirname(fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/package.json"))),
  "dist/index.js",
);

/** How the suite ended, and what it wrote. */
export interface SuiteResult {
  exitCode: number | null;
  output: string;
}

/** Runs the suite's command with these arguments, on this Node. `onOutput` is told of all that it has written so far. */
export function runSuite(args: readonly string[], onOutput?: (output: string) => void): Promise<SuiteResult> {
  const child = spawn(process.execPath, [suite, ...args, "--output-dir", makeFolder("reef-conformance-")], {
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
      onOutput?.(output);
    });
  // Not at its exit: what it wrote last may be unread then.
  return new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, output })));
}

/**
 * Runs all server scenarios of a revision. The suite fails when one fails that is not listed here, and also when one that
 * is listed passes.
 */
export function runServerScenarios(
  url: string,
  revision: Revision,
  notApplicable: readonly NotApplicable[],
): Promise<SuiteResult> {
  const names = notApplicable.flatMap(({ revisions, scenarios }) => (revisions.includes(revision) ? scenarios : []));
  const file = join(makeFolder("reef-conformance-"), "expected-failures.yml");
  // JSON is YAML as well.
  writeFileSync(file, JSON.stringify({ server: names }));
  const filter = ["--suite", "all", "--spec-version", revision, "--expected-failures", file];
  return runSuite(["server", "--url", url, ...filter]);
}

/**
 * Passes on every request as it is, with an agent's credentials, because the suite has no way to send any. Everything
 * else of a request and of its answer stays what it was.
 */
export async function startCredentialsProxy(target: string, credentials: Readonly<Record<string, string>>) {
  const port = await findFreePort();
  const { port: targetPort } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, ...credentials };
    const { url, method } = incoming;
    const onward = request({ host: "localhost", port: targetPort, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    url: `http://localhost:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

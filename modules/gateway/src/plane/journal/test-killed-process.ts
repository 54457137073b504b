import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

/** What a process told that was killed at a random moment. */
export function killedProcess(given: string[]): Promise<string> {
  const program = fileURLToPath(new URL("./test-crashing-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (output === "") setTimeout(() => child.kill("SIGKILL"), randomInt(20, 600));
    output += text;
  });
  return new Promise((resolve) => child.on("close", () => resolve(output)));
}

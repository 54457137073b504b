import { spawn } from "node:child_process";

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  // Not by the shell, which would read the address as a command.
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens an address in this machine's browser, if it has one; whether it did is for the person to see. */
export function openPage(address: string): void {
  if (!/^https?:$/.test(new URL(address).protocol)) return;
  const [program, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...before, address], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

import { accessSync, constants } from "node:fs";
import { loadConfig, textSetting } from "@reef/config";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium for browser tests: `CHROMIUM_PATH`, or where systems put it; undefined where there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH } = loadConfig({ CHROMIUM_PATH: textSetting().optional() });
  return [CHROMIUM_PATH, ...PLACES].find((path) => path !== undefined && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browserName } from "./browser-name.ts";

describe("where a session was begun", () => {
  it("is told by browser and system", () => {
    const names: [string | null, string][] = [
      ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
      [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
        "Edge on Windows",
      ],
      [
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
        "Chrome on Android",
      ],
      [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
        "Safari on iPhone",
      ],
      [
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
        "Safari on macOS",
      ],
      ["reef/0.1.0 node", "The reef command"],
      ["curl/8.9", "A program"],
      ["", "A program"],
      [null, "A program"],
    ];
    for (const [userAgent, name] of names) assert.equal(browserName(userAgent), name, String(userAgent));
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readEnvironment } from "../environment.ts";
import { forgetKey, loadKey, storeKey } from "./keyring.ts";

describe("the agent's key", () => {
  const fingerprint = "0000-0000-0000-TEST";

  it("stays in the file where the keyring is turned off", async () => {
    const stored = await storeKey({ ...readEnvironment(), allowsKeyring: false }, fingerprint, "c2VlZA==");
    assert.deepEqual(stored, { privateKey: "c2VlZA==" });
  });

  it("comes back as it was kept, with a keyring or without one", async () => {
    const stored = await storeKey({ ...readEnvironment(), allowsKeyring: true }, fingerprint, "c2VlZA==");
    assert.equal(await loadKey(fingerprint, stored), "c2VlZA==");
    await forgetKey(fingerprint, stored);
  });

  it("that the keyring does not give is an error that says what to do", async () => {
    await assert.rejects(loadKey("0000-0000-0000-NONE", { keyring: true }), { name: "CommandError", exitCode: 3 });
  });
});

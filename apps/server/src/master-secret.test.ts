import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConfigError } from "@reef/config";
import { ensureMasterSecret } from "./master-secret.ts";

describe("the secret of a data folder", () => {
  let folder: string;
  const ensure = () => ensureMasterSecret(undefined, folder, false);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "reef-secret-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is made once, for this user only, and nothing is left beside it", () => {
    const made = ensure();
    assert.ok(made.length >= 32);
    assert.equal(ensure(), made);
    assert.deepEqual(readdirSync(folder), ["secret"]);
    assert.equal(statSync(join(folder, "secret")).mode & 0o777, 0o600);
  });

  it("that a crash has cut is no secret: keys that anybody can compute are never used", () => {
    for (const left of ["", "\n", ensure().slice(0, 20)]) {
      writeFileSync(join(folder, "secret"), left);
      assert.throws(ensure, ConfigError);
    }
  });
});

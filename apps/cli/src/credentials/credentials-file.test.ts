import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { makeFolder } from "../testing/run-reef.ts";
import { credentialsPath, readCredentials, updateCredentials } from "./credentials-file.ts";
import type { Profile } from "./profile.ts";

const profile = (name: string): Profile => ({
  url: "http://localhost:4200",
  name,
  clientId: "agt_1",
  fingerprint: "21FE-31DF-A154-A261",
  privateKey: "c2VlZA==",
});
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const addProfile = (folder: string, name: string) =>
  updateCredentials(folder, (file) => ({ ...file, profiles: { ...file.profiles, [name]: profile(name) } }));

describe("the credentials file", () => {
  it("is for its user only, and so is its folder, whatever they were before", async () => {
    const folder = join(makeFolder("reef-cli-"), "nested", "reef");
    await addProfile(folder, "ada");
    assert.equal(modeOf(folder), "700");
    assert.equal(modeOf(credentialsPath(folder)), "600");
  });

  it("is empty before it was ever written", async () => {
    assert.deepEqual(await readCredentials(makeFolder("reef-cli-")), { version: 1, profiles: {} });
  });

  it("loses none of the changes that are made at once", async () => {
    const folder = makeFolder("reef-cli-");
    const names = Array.from({ length: 20 }, (_, index) => `agent-${index}`);
    await Promise.all(names.map((name) => addProfile(folder, name)));
    assert.deepEqual(Object.keys((await readCredentials(folder)).profiles).sort(), names.sort());
    assert.deepEqual(readdirSync(folder), ["reef.json"]);
  });

  it("stays as it is when a change fails", async () => {
    const folder = makeFolder("reef-cli-");
    await addProfile(folder, "ada");
    const before = readFileSync(credentialsPath(folder), "utf8");
    const failing = updateCredentials(folder, () => {
      throw new Error("half way");
    });
    await assert.rejects(failing, /half way/);
    assert.equal(readFileSync(credentialsPath(folder), "utf8"), before);
    assert.deepEqual(readdirSync(folder), ["reef.json"]);
  });

  it("is not held for ever by a program that died", async () => {
    const folder = makeFolder("reef-cli-");
    const lock = `${credentialsPath(folder)}.lock`;
    writeFileSync(lock, "");
    utimesSync(lock, 0, 0);
    await addProfile(folder, "ada");
    assert.ok((await readCredentials(folder)).profiles.ada);
  });

  it("loses no change of a program that was taken for dead, nor of the one that went on in its place", async () => {
    const folder = makeFolder("reef-cli-");
    const { href } = new URL("./credentials-file.ts", import.meta.url);
    const other = `
      const { updateCredentials } = await import(${JSON.stringify(href)});
      const bo = ${JSON.stringify(profile("bo"))};
      await updateCredentials(${JSON.stringify(folder)}, (file) => ({ ...file, profiles: { ...file.profiles, bo } }));
    `;
    let hasSlept = false;
    await updateCredentials(folder, (file) => {
      if (!hasSlept) {
        hasSlept = true;
        // As after a sleep of the machine in the middle of the change: the other program finds a lock that is old.
        utimesSync(`${credentialsPath(folder)}.lock`, 0, 0);
        execFileSync(process.execPath, ["--input-type=module", "--eval", other]);
      }
      return { ...file, profiles: { ...file.profiles, ada: profile("ada") } };
    });
    assert.deepEqual(Object.keys((await readCredentials(folder)).profiles).sort(), ["ada", "bo"]);
    assert.deepEqual(readdirSync(folder), ["reef.json"]);
  });

  it("loses none of the changes that find the lock of a program that died, all at once", async () => {
    const folder = makeFolder("reef-cli-");
    const lock = `${credentialsPath(folder)}.lock`;
    const names = Array.from({ length: 60 }, (_, index) => `agent-${index}`);
    writeFileSync(lock, "");
    utimesSync(lock, 0, 0);
    await Promise.all(
      names.map(async (name, index) => {
        for (let turn = 0; turn < index; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await addProfile(folder, name);
      }),
    );
    assert.deepEqual(Object.keys((await readCredentials(folder)).profiles).sort(), names.sort());
  });

  it("is never replaced when it cannot be understood", async () => {
    const folder = makeFolder("reef-cli-");
    writeFileSync(credentialsPath(folder), '{"version":2}');
    await assert.rejects(addProfile(folder, "ada"), /not a credentials file/);
    assert.equal(readFileSync(credentialsPath(folder), "utf8"), '{"version":2}');
  });
});

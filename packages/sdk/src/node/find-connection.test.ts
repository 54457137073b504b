import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Environment } from "./environment.ts";
import { findConnection } from "./find-connection.ts";

describe("finding a reef and its credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "reef-sdk-"));
  const environment = (given: Partial<Environment> = {}): Environment => ({
    url: undefined,
    token: undefined,
    configFolder: folder,
    ...given,
  });
  const nowhere = join(folder, "missing");
  const profile = (name: string) => ({
    url: `http://${name}`,
    clientId: `agt_${name}`,
    fingerprint: "F",
    privateKey: name,
  });

  before(() => {
    const profiles = { first: profile("first"), second: profile("second") };
    const people = { me: { url: "http://third", personId: "usr_1", token: "a-session", organization: "acme" } };
    writeFileSync(join(folder, "reef.json"), JSON.stringify({ version: 1, current: "second", profiles, people }));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("takes the current profile", async () => {
    assert.deepEqual(await findConnection({}, environment()), {
      url: "http://second",
      credentials: { clientId: "agt_second", privateKey: "second" },
    });
  });

  it("lets the environment go before the current profile", async () => {
    const given = environment({ url: "http://env", token: "t" });
    assert.deepEqual(await findConnection({}, given), { url: "http://env", credentials: { token: "t" } });
  });

  it("lets a profile that is named go before the environment", async () => {
    const found = await findConnection({ profile: "first" }, environment({ url: "http://env", token: "t" }));
    assert.deepEqual(found, { url: "http://first", credentials: { clientId: "agt_first", privateKey: "first" } });
  });

  it("lets what is given go before everything", async () => {
    const credentials = { token: "mine" };
    const found = await findConnection({ url: "http://mine", credentials }, environment({ token: "t" }));
    assert.deepEqual(found, { url: "http://mine", credentials });
  });

  it("looks on this machine for a token without an address", async () => {
    const found = await findConnection({}, environment({ token: "t", configFolder: nowhere }));
    assert.equal(found.url, "http://localhost:4200");
  });

  it("says how to sign in when there is nothing", async () => {
    await assert.rejects(findConnection({}, environment({ configFolder: nowhere })), { code: "sdk.no_credentials" });
    await assert.rejects(findConnection({ profile: "third" }, environment()), { code: "sdk.no_credentials" });
  });

  it("takes a person's session and organization, which one that is named goes before", async () => {
    const found = { url: "http://third", credentials: { token: "a-session" }, organization: "acme" };
    assert.deepEqual(await findConnection({ profile: "me" }, environment()), found);
    const named = await findConnection({ profile: "me", organization: "beta" }, environment());
    assert.deepEqual(named, { ...found, organization: "beta" });
    assert.deepEqual(await findConnection({ profile: "me", url: "http://third/" }, environment()), {
      ...found,
      url: "http://third/",
    });
  });

  it("sends a person's session nowhere but to the reef that gave it", async () => {
    const elsewhere = findConnection({ profile: "me", url: "http://second" }, environment());
    await assert.rejects(elsewhere, { code: "sdk.other_reef" });
  });

  it("names a file that it cannot read", async () => {
    const broken = mkdtempSync(join(tmpdir(), "reef-sdk-"));
    writeFileSync(join(broken, "reef.json"), "{");
    await assert.rejects(findConnection({}, environment({ configFolder: broken })), {
      code: "sdk.unreadable_credentials",
    });
    rmSync(broken, { recursive: true });
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newId } from "@reef/crypto";
import { startNameServer } from "@reef/testing";
import { createProviderAddresses, type ProviderAddresses } from "./addresses.ts";
import { findProviderKind } from "./index.ts";
import type { ProviderKind } from "./provider.ts";

describe("where providers may be", () => {
  const organizationId = newId("org");
  let names: Awaited<ReturnType<typeof startNameServer>>;
  let addresses: ProviderAddresses;

  before(async () => {
    names = await startNameServer({
      "open.example": ["1.1.1.1"],
      "inside.example": ["10.0.0.7"],
      "mixed.example": ["1.1.1.1", "192.168.0.1"],
      "metadata.example": ["169.254.169.254"],
    });
    addresses = createProviderAddresses({ allowPrivate: false, resolver: names.resolver });
  });
  after(() => names.stop());

  const kindOf = (name: string): ProviderKind => findProviderKind(name) ?? assert.fail(name);
  const outcomeOf = (scope: typeof organizationId | null, baseUrl: string | undefined, kind = "openai-compatible") =>
    addresses.examine(scope, kindOf(kind), baseUrl).catch((error: { code: string }) => error.code);

  it("an organization's must be https and public, in whatever form the address is written", async () => {
    for (const url of [
      "http://open.example/v1",
      "https://127.0.0.1/v1",
      "https://localhost/v1",
      "https://localhost./v1",
      "https://api.localhost/v1",
      "https://printer.local",
      "https://metadata.google.internal",
      "https://intranet",
      "https://2130706433/v1",
      "https://0x7f.1/v1",
      "https://0177.0.0.01/v1",
      "https://127.1/v1",
      "https://[::1]/v1",
      "https://[::ffff:127.0.0.1]/v1",
      "https://[::ffff:a9fe:a9fe]/v1",
      "https://[fd00::1]/v1",
      "https://[fe80::1]/v1",
      "https://[64:ff9b::7f00:1]/v1",
      "https://[2002:7f00:1::]/v1",
      "https://169.254.169.254/latest",
      "https://100.64.0.1",
      "https://１２７.0.0.1/v1",
      "https://inside.example/v1",
      "https://inside.example./v1",
      "https://INSIDE.example/v1",
      "https://mixed.example/v1",
      "https://metadata.example/v1",
    ]) {
      assert.equal(await outcomeOf(organizationId, url), "gateway.private_address", url);
    }
  });

  it("a public one is kept without the slash at its end, and so is one whose name leads nowhere just now", async () => {
    assert.equal(await outcomeOf(organizationId, "https://open.example/v1/"), "https://open.example/v1");
    assert.equal(await outcomeOf(organizationId, "https://OPEN.example:8443"), "https://open.example:8443");
    assert.equal(await outcomeOf(organizationId, "https://1.1.1.1/v1"), "https://1.1.1.1/v1");
    assert.equal(await outcomeOf(organizationId, "https://nowhere.example/v1"), "https://nowhere.example/v1");
    assert.equal(await outcomeOf(organizationId, undefined, "openai"), "https://api.openai.com/v1");
  });

  it("a kind that runs on one's own machine is an operator's to add, wherever it is", async () => {
    assert.equal(await outcomeOf(organizationId, undefined, "ollama"), "gateway.private_address");
    assert.equal(await outcomeOf(null, undefined, "ollama"), "http://localhost:11434");
    assert.equal(await outcomeOf(null, "http://10.0.0.7:8000/"), "http://10.0.0.7:8000");
    const free = createProviderAddresses({ allowPrivate: true });
    const baseUrl = await free.examine(organizationId, kindOf("vllm"), "http://127.0.0.1:8000");
    assert.equal(baseUrl, "http://127.0.0.1:8000");
  });

  it("an address holds no password, no query and no fragment, and speaks HTTP", async () => {
    for (const url of [
      "https://user:secret@open.example",
      "https://open.example/?key=x",
      "https://open.example/#x",
      "ftp://open.example",
      "file:///etc/passwd",
      "not an address",
    ]) {
      for (const scope of [organizationId, null])
        assert.equal(await outcomeOf(scope, url), "gateway.bad_provider", url);
    }
    assert.equal(await outcomeOf(organizationId, undefined), "gateway.bad_provider");
  });

  it("a kind that connects by its own library is held to the same", async () => {
    const aws = "https://bedrock-runtime.eu-central-1.amazonaws.com";
    assert.equal(await outcomeOf(organizationId, undefined, "bedrock"), "gateway.bad_provider");
    assert.equal(await outcomeOf(organizationId, "https://inside.example", "bedrock"), "gateway.private_address");
    assert.equal(await outcomeOf(organizationId, aws, "bedrock"), aws);
  });
});

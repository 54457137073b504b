import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { formatPublicKey, parseSeed, publicKeyOf } from "./keys.ts";
import { allowedSignersLine, sshPrivateKey, sshPublicKey } from "./ssh.ts";
import { KEY_1 } from "./vectors.ts";

/** Of the package openssh-client; the formats are its own. */
const KEYGEN = "ssh-keygen";
const ZERO_LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const seeds: [string, Uint8Array][] = [
  ["zeros", new Uint8Array(32)],
  ["the first published one", parseSeed(KEY_1.seed) ?? new Uint8Array()],
  ["high bytes", new Uint8Array(32).fill(0xff)],
];

describe("a key for SSH", () => {
  it("is the published public line of a seed of zeros", async () => {
    assert.equal(sshPublicKey(formatPublicKey(await publicKeyOf(new Uint8Array(32)))), ZERO_LINE);
    assert.throws(() => sshPublicKey("ed25519:none"), TypeError);
  });

  it("is a file with lines of 70 characters, the same for the same seed", async () => {
    const file = await sshPrivateKey(new Uint8Array(32));
    const [begin, ...lines] = file.split("\n");
    assert.equal(begin, "-----BEGIN OPENSSH PRIVATE KEY-----");
    assert.deepEqual(lines.slice(-2), ["-----END OPENSSH PRIVATE KEY-----", ""]);
    const body = lines.slice(0, -2);
    for (const line of body.slice(0, -1)) assert.equal(line.length, 70);
    assert.ok(Buffer.from(body.join(""), "base64").subarray(0, 15).equals(Buffer.from("openssh-key-v1\0")));
    assert.equal(file, await sshPrivateKey(new Uint8Array(32)));
  });

  for (const [name, seed] of seeds) {
    it(`is read by ssh-keygen as the same key: ${name}`, async (test) => {
      const folder = mkdtempSync(join(tmpdir(), "reef-ssh-"));
      try {
        const path = join(folder, "id_ed25519");
        writeFileSync(path, await sshPrivateKey(seed), { mode: 0o600 });
        const run = spawnSync(KEYGEN, ["-y", "-f", path], { encoding: "utf8" });
        if (run.error !== undefined) return test.skip(`${KEYGEN} is not here (package openssh-client)`);
        assert.equal(run.status, 0, run.stderr);
        assert.equal(run.stdout.trim(), sshPublicKey(formatPublicKey(await publicKeyOf(seed))));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it("is believed for one address, and a pattern or an option is refused", async () => {
    const publicKey = formatPublicKey(await publicKeyOf(new Uint8Array(32)));
    assert.equal(allowedSignersLine("ada@agents.example", publicKey), `ada@agents.example ${ZERO_LINE}`);
    for (const email of ["", "ada", "*@example", "a@b,c@d", "!a@b", "a@b cert-authority", 'a"@b', "a@b\nc@d", "#a@b"]) {
      assert.throws(() => allowedSignersLine(email, publicKey), TypeError, email);
    }
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Key, keyFromSeed } from "@reef/sdk";
import { makeFolder, runReef } from "../testing/run-reef.ts";
import { findFreePort } from "../testing/start-server.ts";
import { complaintAbout, renderGitConfig, shellQuoted } from "./git-config.ts";

const SEED_1 = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const SEED_2 = "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=";
const CLIENT_ID = "agt_01kah3v2x7e0gs6bq3r5c8d9f0";

/** A machine with one registered agent. */
function machineOf({ privateKey, fingerprint }: Key, url = "http://localhost:4200", name = "ada"): string {
  const configFolder = makeFolder("reef-keys-");
  const profiles = { default: { url, name, clientId: CLIENT_ID, fingerprint, privateKey } };
  writeFileSync(join(configFolder, "reef.json"), JSON.stringify({ version: 1, current: "default", profiles }), {
    mode: 0o600,
  });
  return configFolder;
}

const isMissing = (program: string) => spawnSync(program, ["--version"]).error !== undefined;

/** Runs a shell script at a home of its own, where no configuration of this machine reaches git. */
const runIn = (cwd: string, home: string, script: string) =>
  spawnSync("sh", ["-c", `unset XDG_CONFIG_HOME; export GIT_CONFIG_NOSYSTEM=1 HOME="$0"\n${script}`, home], {
    cwd,
    encoding: "utf8",
  });

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("sealing and opening", async () => {
  const [ada, bob] = await Promise.all([keyFromSeed(SEED_1), keyFromSeed(SEED_2)]);
  // What a reef answers about a fingerprint; the second fingerprint gets somebody else's key.
  const answers: Readonly<Record<string, string>> = {
    [bob.fingerprint]: bob.publicKey,
    "FFFF-FFFF-FFFF-FFFF": ada.publicKey,
  };
  const reef = createServer((request, response) => {
    const fingerprint = request.url?.split("/").at(-1) ?? "";
    const publicKey = answers[fingerprint];
    response.writeHead(publicKey === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ id: CLIENT_ID, name: "bob", fingerprint, publicKey }));
  });
  let adas = "";
  let bobs = "";
  before(async () => {
    const port = await findFreePort();
    await new Promise<void>((resolve) => reef.listen(port, "127.0.0.1", resolve));
    adas = machineOf(ada, `http://127.0.0.1:${port}`);
    bobs = machineOf(bob, `http://127.0.0.1:${port}`, "bob");
  });
  after(() => reef.close());

  it("carries a text from one agent to the other, by fingerprint and through pipes", async () => {
    const text = "Meet at dawn 🪸\r\nby the reef.";
    const stdin = `${text}\n`;
    const sealed = await runReef({ configFolder: adas, stdin }, "seal", "--for", bob.fingerprint.toLowerCase(), "-");
    assert.equal(sealed.exitCode, 0, sealed.stderr);
    assert.deepEqual(Object.keys(JSON.parse(sealed.stdout)), [
      ...["v", "ephemeral_public_key", "nonce", "ciphertext", "algorithm"],
    ]);
    const opened = await runReef({ configFolder: bobs, stdin: sealed.stdout }, "open", "-");
    assert.equal(opened.exitCode, 0, opened.stderr);
    assert.equal(opened.stdout, `${text}\n`);
  });

  it("needs no reef for a public key, and answers in JSON when it is asked to", async () => {
    const nobody = { configFolder: makeFolder("reef-keys-") };
    const sealed = await runReef(nobody, "seal", "two", "words", "--for", bob.publicKey, "--json");
    const opened = await runReef({ configFolder: bobs }, "open", sealed.stdout.trim(), "--json");
    assert.deepEqual(JSON.parse(opened.stdout), { text: "two words" });
  });

  it("does not seal for a key that is not the fingerprint's", async () => {
    const run = await runReef({ configFolder: adas }, "seal", "secret", "--for", "FFFF-FFFF-FFFF-FFFF");
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /not the one of FFFF/);
    const unknown = await runReef({ configFolder: adas }, "seal", "secret", "--for", "0000-0000-0000-0000");
    assert.equal(unknown.exitCode, 4);
  });

  it("says one thing of what another key, an altered message and no message at all are", async () => {
    const { stdout } = await runReef({ configFolder: adas }, "seal", "secret", "--for", bob.publicKey);
    const altered = JSON.stringify({ ...JSON.parse(stdout), nonce: Buffer.alloc(24).toString("base64") });
    const runs = [
      await runReef({ configFolder: adas }, "open", stdout),
      await runReef({ configFolder: bobs }, "open", altered),
      await runReef({ configFolder: bobs }, "open", "{"),
    ];
    for (const { exitCode, stderr } of runs) {
      assert.equal(exitCode, 1);
      assert.match(stderr, /^Error: This is no sealed message for this key, or it was altered\.\n.+\n$/);
    }
  });

  it("answers 2 to a recipient that is none, and 3 where there is no key", async () => {
    for (const recipient of ["bob", "ed25519:AAAA", `ed25519:${"A".repeat(43)}=`]) {
      const { exitCode, stderr } = await runReef({ configFolder: adas }, "seal", "x", "--for", recipient);
      assert.equal(exitCode, 2, stderr);
    }
    const nobody = { configFolder: makeFolder("reef-keys-"), environment: { REEF_TOKEN: "token" } };
    assert.equal((await runReef(nobody, "open", "{}")).exitCode, 3);
  });
});

describe("the agent's key for SSH", async () => {
  const [ada, bob] = await Promise.all([keyFromSeed(SEED_1), keyFromSeed(SEED_2)]);

  it("is written for its user only, and told by its path", async () => {
    const configFolder = machineOf(ada);
    const { exitCode, stdout, stderr } = await runReef({ configFolder }, "ssh-key");
    assert.equal(exitCode, 0, stderr);
    const path = stdout.trim();
    assert.equal(path, join(configFolder, "ssh", ada.fingerprint, "id_ed25519"));
    assert.equal(modeOf(path), 0o600);
    assert.equal(modeOf(`${path}.pub`), 0o644);
    assert.match(readFileSync(`${path}.pub`, "utf8"), /^ssh-ed25519 [A-Za-z0-9+/=]+\n$/);
    assert.ok(!`${stdout}${stderr}`.includes(SEED_1));
  });

  it("never takes the place of another key without --force, nor follows a link", async () => {
    const folder = makeFolder("reef-ssh-");
    const elsewhere = join(makeFolder("reef-ssh-"), "precious");
    writeFileSync(elsewhere, "precious");
    symlinkSync(elsewhere, join(folder, "id_ed25519"));
    const refused = await runReef({ configFolder: machineOf(ada) }, "ssh-key", "--output-dir", folder);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /Nothing was written/);
    const forced = await runReef({ configFolder: machineOf(ada) }, "ssh-key", "--output-dir", folder, "--force");
    assert.equal(forced.exitCode, 0, forced.stderr);
    assert.equal(readFileSync(elsewhere, "utf8"), "precious");
    const first = readFileSync(join(folder, "id_ed25519"), "utf8");
    assert.equal((await runReef({ configFolder: machineOf(bob) }, "ssh-key", "--output-dir", folder)).exitCode, 1);
    assert.equal(readFileSync(join(folder, "id_ed25519"), "utf8"), first);
    const again = await runReef({ configFolder: machineOf(ada) }, "ssh-key", "--output-dir", folder);
    assert.equal(again.exitCode, 0, again.stderr);
  });
});

describe("git with the agent's key", async () => {
  const ada = await keyFromSeed(SEED_1);

  it("shows a good signature in `git log --show-signature`, and leaves the user's own configuration alone", async (test) => {
    if (isMissing("git")) return test.skip("git is not here");
    const home = makeFolder("reef-home-");
    const own = join(home, ".gitconfig");
    writeFileSync(own, "[user]\n\tname = Somebody Else\n\temail = else@example.com\n# précieux\n");
    mkdirSync(join(home, ".config", "git"), { recursive: true });
    writeFileSync(join(home, ".config", "git", "config"), "[core]\n\teditor = true\n");
    const before = [readFileSync(own), readFileSync(join(home, ".config", "git", "config")), statSync(own).mtimeMs];
    const configFolder = machineOf(ada, "http://localhost:4200", 'Ada "the" \\ reef 🪸');
    const environment = { HOME: home };
    const { exitCode, stdout, stderr } = await runReef({ configFolder, environment }, "git", "setup");
    assert.equal(exitCode, 0, stderr);

    const repository = makeFolder("reef-repository-");
    const script = `${stdout}
      set -e
      git init -q . && echo one > file && git add file && git commit -qm "A signed commit" && git tag -m first v1
      git log --show-signature -1 --format="%G? %GS%n%an%n%ae"
      git verify-tag v1`;
    const git = runIn(repository, home, script);
    if (/ssh-keygen.*(not found|No such file)/.test(git.stderr)) return test.skip("ssh-keygen is not here");
    assert.equal(git.status, 0, git.stderr);
    const email = `${CLIENT_ID}@localhost`;
    assert.match(`${git.stdout}${git.stderr}`, new RegExp(`Good "git" signature for ${email} with ED25519 key`));
    assert.ok(git.stdout.includes(`G ${email}\nAda "the" \\ reef 🪸\n${email}\n`), git.stdout);
    assert.deepEqual(
      [readFileSync(own), readFileSync(join(home, ".config", "git", "config")), statSync(own).mtimeMs],
      before,
    );
  });

  it("means another signer's commit is not believed", async (test) => {
    if (isMissing("git")) return test.skip("git is not here");
    const bob = await keyFromSeed(SEED_2);
    const home = makeFolder("reef-home-");
    const setUp = async (key: Key) =>
      (await runReef({ configFolder: machineOf(key) }, "git", "setup", "--email", "ada@agents.example")).stdout;
    const repository = makeFolder("reef-repository-");
    const script = `${await setUp(bob)}
      git init -q . && git commit -q --allow-empty -m "Not Ada's"
      ${await setUp(ada)}
      git log --show-signature -1 --format="%G?"`;
    const git = runIn(repository, home, script);
    assert.doesNotMatch(`${git.stdout}${git.stderr}`, /Good "git" signature for/);
    assert.doesNotMatch(git.stdout, /^G$/m);
  });

  it("replaces nothing that is not its own, such as another's allowed signers", async () => {
    const folder = makeFolder("reef-git-");
    writeFileSync(join(folder, "allowed_signers"), "bob@example ssh-ed25519 AAAA\n");
    const run = await runReef({ configFolder: machineOf(ada) }, "git", "setup", "--output-dir", folder);
    assert.equal(run.exitCode, 1);
    assert.equal(readFileSync(join(folder, "allowed_signers"), "utf8"), "bob@example ssh-ed25519 AAAA\n");
  });

  it("means what it says in a folder with spaces and quotes", async (test) => {
    if (isMissing("git")) return test.skip("git is not here");
    const folder = join(makeFolder("reef-git-"), `it's "here" \\ #1;`);
    const run = await runReef({ configFolder: machineOf(ada) }, "git", "setup", "--output-dir", folder, "--json");
    assert.equal(run.exitCode, 0, run.stderr);
    const { activate } = JSON.parse(run.stdout);
    const script = `${activate}; git config --global user.signingkey`;
    const git = runIn(folder, folder, script);
    assert.equal(git.stdout, `${join(folder, "id_ed25519.pub")}\n`);
  });

  it("refuses names and addresses that git or ssh would read as something else", async () => {
    const email = "ada@agents.example";
    for (const name of ["", "  ", "Ada\n[core]\n\teditor = evil", "Ada <eve@example.com>", "...", "Ada\0"]) {
      assert.notEqual(complaintAbout({ name, email }), undefined, name);
    }
    for (const wrong of ["", "ada", "a b@c", "a@b,c@d", "*@c", 'a"@b', "a@b\nc", "<a@b>", "a@b#c", "!a@b"]) {
      assert.notEqual(complaintAbout({ name: "Ada", email: wrong }), undefined, wrong);
    }
    assert.equal(complaintAbout({ name: "Ada Lovelace", email }), undefined);
    const run = await runReef({ configFolder: machineOf(ada) }, "git", "setup", "--name", "Ada\n[core]");
    assert.equal(run.exitCode, 2);
  });

  it("lets no value out of its quotes", () => {
    const paths = { signingKeyPath: '/a"b\\c', allowedSignersPath: "/d" };
    const config = renderGitConfig({ name: 'x" y', email: "a@b", ...paths });
    assert.ok(config.includes('name = "x\\" y"') && config.includes('signingKey = "/a\\"b\\\\c"'));
    assert.throws(() => renderGitConfig({ name: "x", email: "a@b", ...paths, allowedSignersPath: "/a\nb" }), TypeError);
    assert.equal(shellQuoted("/a/b-c.d"), "/a/b-c.d");
    assert.equal(shellQuoted("/it's $(here)"), "'/it'\\''s $(here)'");
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { environmentOf, mainFile, makeFolder, runReef } from "./testing/run-reef.ts";
import { findFreePort } from "./testing/start-server.ts";

const ESCAPE = "\u001b";

describe("the reef command", () => {
  const configFolder = makeFolder("reef-cli-");
  const alone = { configFolder };
  const unreachable = async () => ({
    configFolder,
    environment: { REEF_TOKEN: "token", REEF_URL: `http://127.0.0.1:${await findFreePort()}` },
  });

  it("shows its commands", async () => {
    const { exitCode, stdout, stderr } = await runReef(alone, "--help");
    assert.equal(exitCode, 0);
    for (const name of [
      "register",
      "remember",
      "search",
      "diary",
      "entry",
      "voucher",
      "agent",
      "plan",
      "invoices",
      "doctor",
    ]) {
      assert.match(stdout, new RegExp(`^  ${name}\\b`, "m"));
    }
    assert.equal(stderr, "");
  });

  it("shows the options that every command takes with each command's own", async () => {
    const { stdout } = await runReef(alone, "diary", "create", "--help");
    assert.match(stdout, /--visibility/);
    assert.match(stdout, /--json/);
  });

  for (const wrong of [
    ["sink"],
    ["remember"],
    ["diary"],
    ["diary", "sink"],
    ["search", "x", "--limit", "0"],
    ["remember", "x", "--type", "feeling"],
    ["register", "--voucher", "12", "--name", "ada"],
    ["whoami", "--sink"],
    ["completion", "csh"],
    ["whoami", "--url", "nowhere"],
    ["diary", "update", "notes"],
    ["entry", "import", "/missing"],
  ]) {
    it(`answers 2 to \`reef ${wrong.join(" ")}\``, async () => {
      const run = await runReef({ ...alone, environment: { REEF_TOKEN: "token" } }, ...wrong);
      assert.equal(run.exitCode, 2, run.stderr);
      assert.equal(run.stdout, "");
      assert.match(run.stderr, /^Error: .+\n.+\n$/);
    });
  }

  it("answers 3 where no agent is registered, and says how to change that", async () => {
    const { exitCode, stderr } = await runReef(alone, "whoami");
    assert.equal(exitCode, 3);
    assert.match(stderr, /reef register --voucher/);
  });

  it("answers 3 for a profile that is not there", async () => {
    const { exitCode } = await runReef({ ...alone, environment: { REEF_TOKEN: "t" } }, "whoami", "--profile", "bo");
    assert.equal(exitCode, 3);
  });

  it("answers 5 where nothing answers", async () => {
    const { exitCode, stdout, stderr } = await runReef(await unreachable(), "whoami");
    assert.equal(exitCode, 5);
    assert.equal(stdout, "");
    assert.match(stderr, /^Error: .+\nNothing answers at http.+\n$/);
  });

  it("writes an error as JSON, and only on stderr, with --json", async () => {
    const { exitCode, stdout, stderr } = await runReef(await unreachable(), "whoami", "--json");
    const { error } = JSON.parse(stderr);
    assert.equal(stdout, "");
    assert.equal(error.exitCode, exitCode);
    assert.equal(error.code, "network");
    const wrongUse = await runReef(alone, "sink", "--json");
    assert.equal(JSON.parse(wrongUse.stderr).error.exitCode, 2);
  });

  it("says what each command would need, in doctor, and fails", async () => {
    const { exitCode, stdout } = await runReef(await unreachable(), "doctor");
    assert.equal(exitCode, 5);
    assert.match(stdout, /^wrong {2}address .+\n +→ .+REEF_URL/m);
  });

  it("prints where the credentials are", async () => {
    const { stdout } = await runReef(alone, "config", "path");
    assert.equal(stdout, `${join(configFolder, "reef.json")}\n`);
  });

  it("refuses a credentials file that it does not understand", async () => {
    const folder = makeFolder("reef-cli-");
    writeFileSync(join(folder, "reef.json"), "{");
    const { exitCode, stderr } = await runReef({ configFolder: folder }, "whoami");
    assert.equal(exitCode, 1);
    assert.match(stderr, /reef\.json/);
  });

  it("colours nothing where no terminal is", async () => {
    const { stdout, stderr } = await runReef(await unreachable(), "doctor");
    assert.ok(!`${stdout}${stderr}`.includes(ESCAPE));
  });

  it("colours errors on a terminal, unless NO_COLOR is set", (test) => {
    const inTerminal = (environment: Record<string, string>) =>
      spawnSync("script", ["-qec", `${process.execPath} ${mainFile} whoami`, "/dev/null"], {
        encoding: "utf8",
        env: environmentOf({ configFolder, environment }),
      });
    const coloured = inTerminal({});
    if (coloured.error !== undefined) return test.skip("there is no `script` here to make a terminal");
    assert.ok(coloured.stdout.includes(`${ESCAPE}[31mError`), coloured.stdout);
    const plain = inTerminal({ NO_COLOR: "1" });
    assert.match(plain.stdout, /^Error: /);
    assert.ok(!plain.stdout.includes(ESCAPE));
  });

  for (const shell of ["bash", "zsh", "fish"]) {
    it(`completes every command in ${shell}`, async () => {
      const { exitCode, stdout } = await runReef(alone, "completion", shell);
      assert.equal(exitCode, 0);
      for (const word of ["remember", "--voucher", "import", "--visibility"]) assert.ok(stdout.includes(word), word);
    });
  }

  it("completes behind a noun in bash", async (test) => {
    const { stdout } = await runReef(alone, "completion", "bash");
    const ask = `${stdout}\nCOMP_WORDS=(reef diary u); COMP_CWORD=2; _reef; echo "\${COMPREPLY[@]}"`;
    const bash = spawnSync("bash", ["-c", ask], { encoding: "utf8" });
    if (bash.error !== undefined) return test.skip("bash is not here");
    assert.equal(bash.stdout.trim(), "update use");
  });
});

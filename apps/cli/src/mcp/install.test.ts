import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeFolder, type Run, runReef } from "../testing/run-reef.ts";
import { type StartedServer, startServer } from "../testing/start-server.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const read = (path: string): string => readFileSync(path, "utf8");

describe("settings of MCP clients", () => {
  const base = makeFolder("reef-mcp-");
  const newFolder = (name: string): string => mkdtempSync(join(base, `${name}-`));
  const configFolder = newFolder("config");
  const home = newFolder("home");
  let server: StartedServer;
  let clientId: string;

  /** A project's folder, with git in it or without. */
  function makeProject(options: { git?: boolean; ignored?: string } = {}): string {
    const folder = newFolder("project");
    if (options.git === true) execFileSync("git", ["init", "--quiet", folder]);
    if (options.ignored !== undefined) writeFileSync(join(folder, ".gitignore"), `${options.ignored}\n`);
    return folder;
  }

  const reef = (folder: string, ...commandArguments: string[]): Promise<Run> =>
    runReef({ configFolder, folder, environment: { HOME: home } }, ...commandArguments);

  async function install(folder: string, ...commandArguments: string[]): Promise<Run> {
    const run = await reef(folder, "mcp", "install", ...commandArguments);
    assert.equal(run.exitCode, 0, run.stderr);
    return run;
  }

  const secretFile = () => join(configFolder, "mcp", `${clientId}.env`);
  const keptSecret = (): string => /SECRET=(\S+)/.exec(read(secretFile()))?.[1] ?? assert.fail("No secret is kept.");

  /** Whether the endpoint takes what a client would send by these settings. */
  async function opens(headers: Record<string, string>): Promise<boolean> {
    const response = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    return response.ok;
  }

  const serverIn = (path: string) => JSON.parse(read(path)).mcpServers.reef;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it("a registration in a project gives the project the reef, and only variables where git would show a secret", async () => {
    const project = makeProject({ git: true });
    const run = await reef(project, ...["register", "--voucher", server.voucher, "--name", "ada", "--url", server.url]);
    assert.equal(run.exitCode, 0, run.stderr);
    clientId = readdirSync(join(configFolder, "mcp"))[0]?.replace(".env", "") ?? "";
    assert.deepEqual(serverIn(join(project, ".mcp.json")), {
      type: "http",
      url: `${server.url}/mcp`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Claude Code names a variable.
      headers: { "X-Client-Id": "${REEF_CLIENT_ID}", "X-Client-Secret": "${REEF_CLIENT_SECRET}" },
    });
    assert.match(run.stderr, /Before you start Claude Code: \. \S+agt_\w+\.env/);
    assert.equal(modeOf(secretFile()), 0o600);
    assert.equal(modeOf(join(configFolder, "mcp")), 0o700);
    assert.doesNotMatch(run.stdout + run.stderr, new RegExp(keptSecret()));
    const shell = `. ${secretFile()}; printf '%s %s' "$REEF_CLIENT_ID" "$REEF_CLIENT_SECRET"`;
    const [id = "", secret = ""] = execFileSync("sh", ["-c", shell], { encoding: "utf8" }).split(" ");
    assert.ok(await opens({ "X-Client-Id": id, "X-Client-Secret": secret }));
  });

  it("the secret itself stands only in a file that is its user's alone and that git ignores", async () => {
    for (const project of [makeProject(), makeProject({ git: true, ignored: ".mcp.json" })]) {
      await install(project, "--client", "claude-code");
      const { headers } = serverIn(join(project, ".mcp.json"));
      assert.equal(headers["X-Client-Secret"], keptSecret());
      assert.ok(await opens(headers));
      assert.equal(modeOf(join(project, ".mcp.json")), 0o600);
    }
    const tracked = makeProject({ git: true });
    writeFileSync(join(tracked, ".mcp.json"), "{}\n");
    execFileSync("git", ["-C", tracked, "add", ".mcp.json"]);
    writeFileSync(join(tracked, ".gitignore"), ".mcp.json\n");
    await install(tracked, "--client", "claude-code");
    assert.doesNotMatch(read(join(tracked, ".mcp.json")), new RegExp(keptSecret()));
    const asked = makeProject();
    await install(asked, "--client", "claude-code", "--env");
    assert.doesNotMatch(read(join(asked, ".mcp.json")), new RegExp(keptSecret()));
  });

  it("other entries stay byte for byte, a second run changes nothing, and uninstall leaves no trace", async () => {
    const project = makeProject();
    const path = join(project, ".mcp.json");
    const theirs = '{"mcpServers": {"docs":  {"command": "docs"}},\n "more": true}\n';
    writeFileSync(path, theirs);
    chmodSync(path, 0o644);
    const secret = keptSecret();
    await install(project, "--client", "claude-code");
    const installed = read(path);
    assert.ok(installed.startsWith('{"mcpServers": {"docs":  {"command": "docs"}'), installed);
    assert.ok(installed.endsWith('\n "more": true}\n'), installed);
    assert.equal(modeOf(path), 0o600);
    const { ino } = statSync(path);
    const again = await install(project, "--client", "claude-code");
    assert.match(again.stderr, /names the reef already/);
    assert.equal(read(path), installed);
    assert.equal(statSync(path).ino, ino);
    assert.equal(keptSecret(), secret);
    assert.equal((await reef(project, "mcp", "uninstall", "--client", "claude-code")).exitCode, 0);
    assert.equal(read(path), theirs);
    assert.deepEqual(readdirSync(project), [".mcp.json"]);
  });

  it("what another program writes into the settings meanwhile is not lost", async () => {
    const folder = makeProject({ git: true });
    const settings = join(folder, ".mcp.json");
    const theirs = '{ "mcpServers": { "other": { "command": "theirs" } } }\n';
    writeFileSync(settings, '{ "mcpServers": {} }\n');
    // Git is asked between the reading and the writing; this one lets somebody else be faster.
    const programs = newFolder("programs");
    writeFileSync(join(programs, "git"), `#!/bin/sh\nprintf '%s\\n' '${theirs.trim()}' > '${settings}'\nexit 1\n`, {
      mode: 0o700,
    });
    const environment = { HOME: home, PATH: `${programs}:/usr/bin:/bin` };
    const command = ["mcp", "install", "--client", "claude-code", "--scope", "project"];
    const run = await runReef({ configFolder, folder, environment }, ...command);
    assert.equal(read(settings), theirs);
    assert.equal(run.exitCode, 1, run.stderr);
    assert.match(run.stderr, /changed.*meanwhile.*repeat/is);
    await install(folder, ...command.slice(2));
    assert.deepEqual(Object.keys(JSON.parse(read(settings)).mcpServers), ["other", "reef"]);
    assert.deepEqual(readdirSync(folder).sort(), [".git", ".mcp.json"]);
  });

  it("Codex and OpenClaw get theirs in the user's own settings", async () => {
    const project = makeProject();
    const config = join(home, ".codex", "config.toml");
    mkdirSync(join(home, ".codex"));
    writeFileSync(config, '# mine\nmodel = "best"\n');
    await install(project, "--client", "codex");
    assert.equal(
      read(config),
      `# mine\nmodel = "best"\n\n[mcp_servers.reef]\nurl = "${server.url}/mcp"\n` +
        'env_http_headers = { "X-Client-Id" = "REEF_CLIENT_ID", "X-Client-Secret" = "REEF_CLIENT_SECRET" }\n',
    );
    await install(project, "--client", "openclaw");
    const openclaw = join(home, ".openclaw", "openclaw.json");
    const { url, transport, headers } = JSON.parse(read(openclaw)).mcp.servers.reef;
    assert.deepEqual({ url, transport }, { url: `${server.url}/mcp`, transport: "streamable-http" });
    assert.ok(await opens(headers));
    assert.equal(modeOf(openclaw), 0o600);
    await install(project, "--client", "claude-code", "--scope", "user");
    assert.ok(await opens(serverIn(join(home, ".claude.json")).headers));
    const wrong = await reef(project, "mcp", "install", "--client", "openclaw", "--scope", "project");
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /OpenClaw has no settings for a project/);
  });

  it("a link in a project must not lead out of it; one in the user's own settings is followed", async () => {
    const project = makeProject();
    const elsewhere = join(newFolder("elsewhere"), "settings.json");
    writeFileSync(elsewhere, "{}\n");
    symlinkSync(elsewhere, join(project, ".mcp.json"));
    const refused = await reef(project, "mcp", "install", "--client", "claude-code");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /is a link to .*outside of the project/);
    assert.equal(read(elsewhere), "{}\n");
    const dangling = makeProject();
    symlinkSync(join(elsewhere, "nowhere"), join(dangling, ".mcp.json"));
    assert.match((await reef(dangling, "mcp", "install", "--client", "claude-code")).stderr, /is a link to nothing/);
    const dotfiles = join(newFolder("dotfiles"), "config.toml");
    writeFileSync(dotfiles, "");
    const codexHome = newFolder("codex");
    symlinkSync(dotfiles, join(codexHome, "config.toml"));
    const run = await runReef(
      { configFolder, folder: project, environment: { HOME: home, CODEX_HOME: codexHome } },
      ...["mcp", "install", "--client", "codex"],
    );
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(read(dotfiles), /mcp_servers\.reef/);
    assert.ok(lstatSync(join(codexHome, "config.toml")).isSymbolicLink());
  });

  it("--print shows the entry without the secret, and writes nothing", async () => {
    const project = makeProject();
    const { stdout } = await install(project, "--client", "claude-code", "--print");
    assert.equal(JSON.parse(stdout).mcpServers.reef.url, `${server.url}/mcp`);
    assert.doesNotMatch(stdout, new RegExp(keptSecret()));
    assert.equal(existsSync(join(project, ".mcp.json")), false);
  });

  it("`secret rotate` replaces the kept secret, and says which settings still hold the old one", async () => {
    const project = makeProject();
    const old = keptSecret();
    await install(project, "--client", "claude-code");
    const rotated = await reef(project, "secret", "rotate");
    assert.equal(rotated.exitCode, 0, rotated.stderr);
    assert.equal(rotated.stdout.trim(), keptSecret());
    assert.notEqual(keptSecret(), old);
    assert.equal(modeOf(secretFile()), 0o600);
    assert.ok(rotated.stderr.includes(secretFile()), rotated.stderr);
    assert.match(rotated.stderr, /reef mcp install/);
    assert.equal(serverIn(join(project, ".mcp.json")).headers["X-Client-Secret"], old);
    await install(project, "--client", "claude-code");
    assert.equal(serverIn(join(project, ".mcp.json")).headers["X-Client-Secret"], keptSecret());
    assert.ok(await opens(serverIn(join(project, ".mcp.json")).headers));
  });

  it("a secret that was replaced elsewhere gives way to a new one; none is kept by rotating where none was", async () => {
    const project = makeProject();
    const kept = read(secretFile());
    rmSync(secretFile());
    assert.equal((await reef(project, "secret", "rotate")).exitCode, 0);
    assert.equal(existsSync(secretFile()), false);
    writeFileSync(secretFile(), kept);
    const { stderr } = await install(project, "--client", "claude-code");
    assert.match(stderr, /The client secret is a new one/);
    assert.notEqual(read(secretFile()), kept);
    assert.ok(await opens(serverIn(join(project, ".mcp.json")).headers));
  });

  it("a registration leaves alone what is no project, what names a reef already, and what --no-mcp excepts", async () => {
    const code = async () => (await reef(home, "voucher", "issue")).stdout.trim();
    const register = async (folder: string, profile: string, ...more: string[]) => {
      const named = ["--name", profile, "--profile", profile, "--url", server.url];
      const run = await reef(folder, "register", "--voucher", await code(), ...named, ...more);
      assert.equal(run.exitCode, 0, run.stderr);
      return run;
    };
    const plain = makeProject();
    await register(plain, "bob");
    assert.equal(existsSync(join(plain, ".mcp.json")), false);
    await register(plain, "cleo", "--mcp");
    assert.ok(await opens(serverIn(join(plain, ".mcp.json")).headers));
    const cleos = read(join(plain, ".mcp.json"));
    assert.match((await register(plain, "dora")).stderr, /names a reef already/);
    assert.equal(read(join(plain, ".mcp.json")), cleos);
    const project = makeProject({ git: true });
    await register(project, "eve", "--no-mcp");
    assert.equal(existsSync(join(project, ".mcp.json")), false);
  });
});

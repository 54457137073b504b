import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { environmentOf, jsonOf, mainFile, makeFolder, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

const NO_CALL = "use_01m7y8s8vgfk3bq0cs5cfs0r09";
const SECRET = "sk-what-the-provider-gave";

describe("what the command asks for, and refuses where nobody is there", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let token = "";

  const environment = () => ({ REEF_TOKEN: token, REEF_URL: server.url });
  const run = (stdin: string, ...commandArguments: string[]) =>
    runReef({ configFolder, stdin, environment: environment() }, ...commandArguments);
  /** Runs the program as the operator, who owns the organization, where no terminal is. */
  const reef = (...commandArguments: string[]) => run("", ...commandArguments);
  const post = (path: string, body: object) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: server.url },
      body: JSON.stringify(body),
    });
  const slugs = async () => {
    const { items } = await jsonOf(reef("providers", "list", "--json"));
    return items.map(({ slug }: { slug: string }) => slug);
  };

  before(async () => {
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100" });
    const [email, password] = ["ada@reef.test", "correct horse battery"];
    const person = { code: server.setupCode, name: "Ada", email, password, organizationName: "Acme", slug: "acme" };
    assert.ok((await post("/api/setup", person)).ok);
    const signedIn = await post("/api/auth/sign-in/email", { email, password });
    token = signedIn.headers.get("set-auth-token") ?? "";
  });
  after(() => server?.stop());

  it("adds no provider that needs a key where none came and nobody is there to ask, and says how to give it", async () => {
    for (const words of [["openai"], ["openai", "--reef"], ["openai", "--json"]]) {
      const refused = await run(SECRET, "providers", "add", ...words);
      assert.deepEqual([refused.exitCode, refused.stdout], [2, ""], refused.stderr);
      assert.match(refused.stderr, /--key-stdin < FILE/);
    }
    const empty = await reef("providers", "add", "openai", "--key-stdin");
    assert.deepEqual([empty.exitCode, empty.stdout], [2, ""], empty.stderr);
    assert.deepEqual(await slugs(), []);
  });

  it("adds a provider that needs no key where nobody is there to ask", async () => {
    const ollama = await reef("providers", "add", "ollama", "--reef", "--models", "small");
    assert.match(ollama.stdout, /^prv_\w{26}\n$/, ollama.stderr);
    const own = ["--slug", "own", "--base-url", "https://models.example.com/v1", "--models", "small"];
    const compatible = await reef("providers", "add", "openai-compatible", ...own);
    assert.equal(compatible.exitCode, 0, compatible.stderr);
    assert.deepEqual((await slugs()).toSorted(), ["ollama", "own"]);
  });

  it("tells of the provider that was added when its key is refused, and how to go on", async () => {
    const refused = await run("two\nlines", "providers", "add", "openai", "--slug", "half", "--key-stdin");
    assert.deepEqual([refused.exitCode, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /^Error: The key was not added: .+\n {2}.+one line of ASCII\n.+half was added/);
    assert.match(refused.stderr, /reef providers key half\nRequest /);
    assert.equal((await run(SECRET, "providers", "key", "half")).exitCode, 0);
    const again = await run("two\nlines", "providers", "add", "openai", "--slug", "other", "--key-stdin", "--json");
    const { error } = JSON.parse(again.stderr);
    assert.deepEqual([error.status, error.errors[0].path], [400, "body.secret"]);
    assert.match(error.mend, /reef providers key other$/);
  });

  it("deletes nothing of what was kept where nobody is there to ask and --yes was not given", async () => {
    await jsonOf(reef("capture", "on", "--json"));
    const key = await jsonOf(reef("keys", "create", "kept", "--json"));
    for (const words of [
      ["capture", "off", "--purge"],
      ["capture", "delete", "--call", NO_CALL],
      ["capture", "delete", "--key", key.id],
      ["cache", "clear"],
    ]) {
      const refused = await reef(...words);
      assert.deepEqual([refused.exitCode, refused.stdout], [2, ""], words.join(" "));
      assert.match(refused.stderr, /nobody is here to ask\.\nRepeat it with --yes\./);
    }
    assert.equal((await jsonOf(reef("capture", "--json"))).enabled, true);
    assert.equal((await reef("capture", "delete", "--call", NO_CALL, "--yes")).exitCode, 4);
    assert.deepEqual(await jsonOf(reef("capture", "delete", "--key", key.id, "--yes", "--json")), { deleted: key.id });
    assert.deepEqual(await jsonOf(reef("cache", "clear", "--yes", "--json")), { cleared: true });
    assert.equal((await jsonOf(reef("capture", "off", "--json"))).enabled, false, "without --purge nothing is asked");
  });

  it("shows --yes in the help and the completion of each command that asks", async () => {
    const { stdout: script } = await reef("completion", "bash");
    for (const words of ["capture off", "capture delete", "cache clear"]) {
      assert.match((await reef(...words.split(" "), "--help")).stdout, /^ {2}--yes /m);
      assert.match(script, new RegExp(`^ +"${words}"\\|.+[" ]--yes `, "m"));
    }
  });

  it("asks at a terminal before it deletes what was kept, and takes a no for a no", async (test) => {
    await jsonOf(reef("capture", "on", "--json"));
    const { id } = (await jsonOf(reef("keys", "list", "--json"))).items[0];
    const answer = (typed: string, words: string) =>
      spawnSync("script", ["-qec", `${process.execPath} ${mainFile} ${words}`, "/dev/null"], {
        encoding: "utf8",
        env: environmentOf({ configFolder, environment: environment() }),
        input: `${typed}\n`,
      });
    for (const [words, question] of [
      ["capture off --purge", /delete what was kept of 0 calls\? \[y\/N\]/],
      [`capture delete --call ${NO_CALL}`, /Delete the prompt and the answer of this call\? \[y\/N\]/],
      [`capture delete --key ${id}`, /all calls with the key kept so far\? \[y\/N\]/],
      ["cache clear", /Forget 0 answers\? .+ \[y\/N\]/],
    ] as const) {
      const declined = answer("n", words);
      if (declined.error !== undefined) return test.skip("there is no `script` here to make a terminal");
      assert.equal(declined.status, 1, declined.stdout);
      assert.match(declined.stdout, question);
    }
    assert.equal((await jsonOf(reef("capture", "--json"))).enabled, true);
    const confirmed = answer("y", "capture off --purge");
    assert.equal(confirmed.status, 0, confirmed.stdout);
    assert.equal((await jsonOf(reef("capture", "--json"))).enabled, false);
  });

  it("names the option where the reef speaks of a field, and the field for programs", async () => {
    const words = ["providers", "add", "openai-compatible", "--base-url", "models"];
    const refused = await reef(...words);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^ {2}--base-url: .+address$/m);
    assert.ok(!refused.stderr.includes("baseUrl"), refused.stderr);
    const { error } = JSON.parse((await reef(...words, "--json")).stderr);
    assert.equal(error.errors[0].path, "body.baseUrl");
    const twice = await reef(...words.slice(0, 3), "--base-url", "https://models.example.com", "--models", "a=1/2,b,a");
    assert.match(twice.stderr, /^ {2}--models: /m);
  });
});

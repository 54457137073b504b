import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { until } from "@reef/testing";
import OpenAI from "openai";
import { type ModelUpstream, startModelUpstream, upstreamModel } from "../support/model-upstream.ts";
import { type SignedInPerson, setUp } from "../support/people.ts";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

/** The commands of the root README's sections on calling models and on plans, without their comments. */
const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
const shown = [...readme.matchAll(/## (?:Call models|Plans and payments)\n(?:.|\n)*?(?=\n## )/g)].flatMap(([section]) =>
  section.split("\n").flatMap((line) => /^npx reef ([^#]+)/.exec(line)?.[1]?.trim() ?? []),
);

describe("calling models, as the README says", () => {
  const configFolder = makeFolder("reef-models-");
  let reef: ReefProcess;
  let upstream: ModelUpstream;
  let person: SignedInPerson;
  let secret: string;

  /** Runs the `reef` command as the person, and gives what it wrote as its result. */
  const run = (stdin: string, ...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const token = person.byToken.Authorization?.replace("Bearer ", "") ?? "";
      const env = { REEF_CONFIG_DIR: configFolder, REEF_KEYRING: "off", REEF_URL: reef.url, REEF_TOKEN: token };
      const command = [join(repositoryRoot, "apps/cli/src/main.ts"), ...words];
      const child = execFile(process.execPath, command, { env, cwd: configFolder }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`reef ${words.join(" ")}: ${stderr}`)),
      );
      child.stdin?.end(stdin);
    });
  const clientWith = (apiKey: string) => new OpenAI({ baseURL: `${reef.url}/v1`, apiKey, maxRetries: 0 });
  const question = { model: upstreamModel.name, messages: [{ role: "user" as const, content: "When?" }] };

  before(async () => {
    upstream = await startModelUpstream();
    reef = await startReefProcess({
      environment: { REEF_RATE_LIMIT_FACTOR: "100", REEF_GATEWAY_PRIVATE_PROVIDERS: "true" },
    });
    person = await setUp(reef.url, reef.setupCode ?? "");
  });
  after(async () => {
    await reef?.stop();
    upstream?.stop();
  });

  it("every command that it shows is there", async () => {
    assert.ok(shown.length >= 9, String(shown));
    for (const command of shown) {
      const words = command.split(" ");
      const options = words.filter((word) => word.startsWith("--"));
      const help = await run("", ...words.slice(0, 2).filter((word) => !word.startsWith("--")), "--help");
      const own = command.startsWith("usage") ? await run("", "usage", "sum", "--help") : help;
      for (const option of options) assert.ok(own.includes(option), `${command}: ${option}`);
    }
  });

  it("OC13: a provider, a key and a budget by three commands; then the openai client is answered, whole and streamed", async () => {
    const where = ["--base-url", upstream.baseUrl, "--models", `${upstreamModel.name}=1/2`, "--key-stdin"];
    await run("what-the-provider-gave", "providers", "add", "openai-compatible", "--slug", "here", ...where);
    secret = (await run("", "keys", "create", "my-program")).trim();
    await run("", "budgets", "create", "--per", "month", "--dollars", "20");
    assert.match(await run("", "models"), /here\/small/);
    const client = clientWith(secret);
    const whole = await client.chat.completions.create(question);
    assert.equal(whole.choices[0]?.message.content, "The tide turns.");
    let streamed = "";
    for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? "";
    }
    assert.equal(streamed, "The tide turns.");
  });

  it("OC17: both calls are on record with what the provider counted, and their cost", async () => {
    const { inputTokens, outputTokens } = upstreamModel;
    const calls = async () => JSON.parse(await run("", "usage", "calls", "--json"));
    const { items } = await until(async () => {
      const page = await calls();
      return page.total >= 2 && page;
    });
    const cost = inputTokens + 2 * outputTokens;
    for (const call of items) {
      const told = [call.key.name, call.outcome, call.inputTokens, call.outputTokens, call.countedBy, call.costMicros];
      assert.deepEqual(told, ["my-program", "completed", inputTokens, outputTokens, "provider", cost]);
    }
    assert.deepEqual(
      items.map(({ streamed }: { streamed: boolean }) => streamed),
      [true, false],
    );
    assert.equal(JSON.parse(await run("", "usage", "--by", "model", "--json")).total.costMicros, 2 * cost);
  });

  it("a revoked key is refused, in the words that the client knows", async () => {
    const [{ id }] = JSON.parse(await run("", "keys", "list", "--json")).items;
    await run("", "keys", "revoke", id, "--yes");
    const refused = async () => {
      const error: unknown = await clientWith(secret)
        .chat.completions.create(question)
        .catch((reason) => reason);
      return error instanceof OpenAI.AuthenticationError;
    };
    await until(refused);
  });

  it("no secret stands in the reef's log", () => {
    for (const hidden of [secret, "what-the-provider-gave"]) assert.ok(!reef.output().includes(hidden));
  });
});

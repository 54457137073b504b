import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeFolder, type Run, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";
import { until } from "./testing/until.ts";

describe("relations, contexts and clusters, from the terminal", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  const reef = (...commandArguments: string[]) => runReef({ configFolder }, ...commandArguments);
  const done = async (run: Promise<Run>) => {
    const { stdout, stderr, exitCode } = await run;
    assert.equal(exitCode, 0, stderr);
    return { stdout: stdout.trim(), stderr };
  };
  const ids: string[] = [];

  before(async () => {
    server = await startServer();
    await done(reef("register", "--voucher", server.voucher, "--name", "ada", "--url", server.url));
    await done(reef("diary", "create", "notes"));
    for (const text of [
      "The deploy key lives in the vault of the operations team",
      "The deploy key lives in the vault of our operations team",
      "After a rotation of the deploy key, restart the gateway",
      "Lunch is at noon",
    ]) {
      ids.push((await done(reef("remember", text))).stdout);
    }
  });
  after(() => server.stop());
  const [first, second, third] = [() => ids[0] ?? "", () => ids[1] ?? "", () => ids[2] ?? ""];

  it("relate entries, list it from both sides, and take it back", async () => {
    const added = await done(reef("relation", "add", third(), "elaborates", first(), "--note", "what comes after"));
    assert.equal(added.stdout, "");
    assert.match(added.stderr, /^It elaborates “The deploy key lives in the vault of the operations team” now\.\n$/);
    const { stdout } = await done(reef("relation", "list", first()));
    assert.match(stdout, /is elaborated by +After a rotation .+ +what comes after +ada +.+ent_/);
    const found = await done(reef("search", "restart the gateway"));
    assert.match(found.stdout, /elaborates “The deploy key lives in the vault of t?h?e? ?.*…”/);
    await done(reef("relation", "remove", third(), "elaborates", first()));
    const left = await done(reef("relation", "list", first(), "--json"));
    assert.deepEqual(JSON.parse(left.stdout), { items: [], nextCursor: null, total: 0 });
    assert.equal((await reef("relation", "remove", third(), "elaborates", first())).exitCode, 4);
    assert.equal((await reef("relation", "add", third(), "hates", first())).exitCode, 2);
  });

  it("put together a context, as Markdown alone on stdout, the same every time", async () => {
    const asked = ["context", "--diary", "notes", "--task", "rotate the deploy key", "--tokens", "2000"];
    // The same once all has its meaning: of entries it is found behind their writing, of a task within a moment or not at all.
    await until(async () => {
      const { items } = JSON.parse((await done(reef("search", "deploy key", "--json"))).stdout);
      const { degraded } = JSON.parse((await done(reef(...asked, "--json"))).stdout);
      return !degraded && items.every(({ why }: { why: { vector: number | null } }) => why.vector !== null);
    });
    const { stdout, stderr } = await done(reef(...asked));
    assert.match(stdout, /^# Memory\n/);
    assert.match(stdout, /^## 1\. ent_\w+, ada [0-9A-F]{4}, \d{4}-\d{2}-\d{2}\n> /m);
    for (const id of ids.slice(0, 3)) assert.ok(stdout.includes(id));
    assert.match(stderr, /^\d entries in \d+ of 2000 tokens\.\n/);
    const task = await done(runReef({ configFolder, stdin: "rotate the deploy key" }, "context", "--task", "-"));
    assert.equal(task.stdout, stdout);
    const { markdown } = JSON.parse((await done(reef(...asked, "--json"))).stdout);
    assert.equal(markdown, stdout);
    assert.equal((await reef("context", "--task", "x", "--tokens", "49")).exitCode, 2);
  });

  it("propose clusters, and say how to merge one", async () => {
    const { stdout, stderr } = await done(reef("diary", "clusters", "notes", "--threshold", "0.6"));
    assert.match(stdout, /^(merge|review) {2}\d+ % alike\n/);
    assert.ok(stdout.includes(first()) && stdout.includes(second()) && !stdout.includes(ids[3] ?? ""));
    assert.match(stderr, /reef relation add NEW supersedes OLD/);
    await done(reef("relation", "add", second(), "supersedes", first()));
    assert.match((await done(reef("diary", "clusters", "notes"))).stderr, /^No two of the 3 newest entries/);
  });
});

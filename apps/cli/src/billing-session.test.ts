import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeFolder, type Run, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";

describe("plans and invoices from the command line", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let token = "";

  /** Runs the program as the operator, who owns the organization. */
  const reef = (...commandArguments: string[]) =>
    runReef({ configFolder, stdin: "", environment: { REEF_TOKEN: token, REEF_URL: server.url } }, ...commandArguments);
  const done = async (running: Promise<Run>): Promise<Run> => {
    const run = await running;
    assert.equal(run.exitCode, 0, run.stderr);
    return run;
  };
  const jsonOf = async (running: Promise<Run>) => JSON.parse((await done(running)).stdout);
  const post = (path: string, body: object) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: server.url },
      body: JSON.stringify(body),
    });

  before(async () => {
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100", REEF_STRIPE_FAKE: "true" });
    const [email, password] = ["ada@reef.test", "correct horse battery"];
    const person = { code: server.setupCode, name: "Ada", email, password, organizationName: "Acme", slug: "acme" };
    assert.ok((await post("/api/setup", person)).ok);
    const signedIn = await post("/api/auth/sign-in/email", { email, password });
    token = signedIn.headers.get("set-auth-token") ?? "";
  });
  after(() => server?.stop());

  it("says what to do where there is no plan, and lists what may be chosen", async () => {
    const shown = await done(reef("plan"));
    assert.equal(shown.stdout, "");
    assert.match(shown.stderr, /Nothing is real.+\nThere is no plan, and no model can be called\. .+reef plan choose/);
    const listed = await done(reef("plan", "list"));
    assert.match(listed.stdout, /^PLAN +NAME +PRICE .+\nstarter +Starter +\$19\.00 a month +1,000,000 tokens/);
    assert.match((await done(reef("invoices", "list"))).stderr, /no invoice/);
    assert.match((await done(reef("subscriptions"))).stderr, /reef subscriptions assign/);
  });

  it("prints the address where one pays, which is of the stand-in", async () => {
    const chosen = await done(reef("plan", "choose", "pro"));
    assert.match(chosen.stdout, /^https?:\/\/\S+\n$/);
    assert.match(await (await fetch(chosen.stdout.trim())).text(), /Pro/);
    assert.equal((await jsonOf(reef("plan", "choose", "pro", "--json"))).url.startsWith("http"), true);
    const unknown = await reef("plan", "choose", "nothing");
    assert.deepEqual([unknown.exitCode, unknown.stdout], [4, ""]);
    assert.match(unknown.stderr, /reef plan list/);
  });

  it("operators create, change and archive plans", async () => {
    const terms = ["--name", "House", "--price", "49.50", "--tokens", "2000000", "--overage-per-million", "1.50"];
    const created = await done(reef("plans", "create", "house", ...terms, "--no-offered"));
    assert.match(created.stdout, /^pln_\w{26}\n$/);
    const all = await jsonOf(reef("plans", "list", "--json"));
    const house = all.items.find(({ slug }: { slug: string }) => slug === "house");
    assert.deepEqual(
      [house.priceCents, house.allowanceTokens, house.atLimit, house.overageCentsPerMillion, house.isOffered],
      [4_950, 2_000_000, "charge", 150, false],
    );
    const changed = await jsonOf(
      reef("plans", "update", "house", "--tokens", "3000000", "--overage-per-million", "none", "--json"),
    );
    assert.deepEqual(
      [changed.allowanceTokens, changed.atLimit, changed.overageCentsPerMillion],
      [3_000_000, "stop", null],
    );
    assert.equal((await reef("plans", "update", "house")).exitCode, 2);
    await done(reef("plans", "create", "gone", "--name", "Gone", "--price", "0"));
    assert.equal((await reef("plans", "archive", "gone")).exitCode, 2);
    await done(reef("plans", "archive", "gone", "--yes"));
    assert.match((await done(reef("plans"))).stdout, /^gone .+archived/m);
    assert.doesNotMatch((await done(reef("plan", "list"))).stdout, /^gone/m);
  });

  it("operators assign a plan, and the invoice of its month is there to be seen, saved and settled", async () => {
    await done(reef("subscriptions", "assign", "acme", "house"));
    const shown = await done(reef("plan"));
    assert.match(shown.stdout, /^plan +House \(house\), \$49\.50 a month, by hand\nstate +active\n/);
    assert.match(shown.stdout, /^used +0 tokens, \$0\.00 of models$/m);
    assert.match(
      (await done(reef("subscriptions", "list"))).stdout,
      /^acme +house +\$49\.50 a month +active +by hand/m,
    );
    assert.equal((await jsonOf(reef("plan", "months", "--json"))).total, 1);

    const { items } = await jsonOf(reef("invoices", "--json"));
    const [{ id, number }] = items;
    assert.match(number, /^R-\d{4}-0001$/);
    const invoice = await done(reef("invoices", "get", id));
    assert.match(invoice.stdout, new RegExp(`^Invoice ${number} to Acme\\nopen, issued `));
    assert.match(invoice.stdout, /\$49\.50\n\nsubtotal +\$49\.50/);
    const file = join(configFolder, "invoice.pdf");
    assert.equal((await done(reef("invoices", "pdf", id, file))).stdout, `${file}\n`);
    assert.equal(readFileSync(file).subarray(0, 5).toString(), "%PDF-");
    const named = join(configFolder, "named.pdf");
    assert.equal((await done(reef("invoices", "pdf", number.toLowerCase(), named))).stdout, `${named}\n`);
    assert.deepEqual(readFileSync(named), readFileSync(file));
    assert.equal((await done(reef("invoices", "pdf", number, named, "--all"))).stdout, `${named}\n`);
    assert.equal((await jsonOf(reef("invoices", "get", number, "--json"))).id, id);
    const missing = number.replace("0001", "0002");
    for (const words of [["get"], ["pdf"], ["pdf", "--all"], ["settle", "--as", "paid", "--yes"]]) {
      const unknown = await reef("invoices", ...words, missing);
      assert.deepEqual([unknown.exitCode, unknown.stdout], [4, ""], unknown.stderr);
      assert.match(unknown.stderr, new RegExp(`^Error: There is no invoice ${missing}\\.\n.+reef invoices list`));
    }
    const csv = (await done(reef("invoices", "export"))).stdout.split("\r\n");
    assert.equal(csv.length, 3);
    assert.ok(csv[1]?.includes(number), csv[1]);
    assert.equal((await reef("invoices", "export", "--json")).exitCode, 2);

    assert.equal((await reef("invoices", "settle", number, "--as", "paid")).exitCode, 2);
    await done(reef("invoices", "settle", number, "--as", "paid", "--yes"));
    assert.match((await done(reef("invoices", "list", "--all"))).stdout, new RegExp(`^${number} +Acme +paid`, "m"));
  });

  it("operators suspend, reactivate, sum up and cancel, and the plan says so", async () => {
    await done(reef("subscriptions", "suspend", "acme", "--yes"));
    assert.match((await done(reef("plan"))).stderr, /Suspended: no model can be called\. Ask an operator/);
    await done(reef("subscriptions", "reactivate", "acme"));
    assert.equal((await jsonOf(reef("plan", "--json"))).subscription.state, "active");
    const again = await reef("subscriptions", "reactivate", "acme");
    assert.equal(again.exitCode, 1);
    await done(reef("subscriptions", "roll-up", "acme"));
    assert.equal((await reef("subscriptions", "cancel", "acme")).exitCode, 2);
    await done(reef("subscriptions", "cancel", "acme", "--yes"));
    assert.match((await done(reef("plan"))).stderr, /The plan has ended/);
    assert.equal((await reef("subscriptions", "suspend", "nobody", "--yes")).exitCode, 4);
  });

  it("what is paid by an operator is changed by one", async () => {
    await done(reef("subscriptions", "assign", "acme", "house"));
    const changed = await reef("plan", "change", "pro", "--yes");
    assert.equal(changed.exitCode, 1);
    assert.match(changed.stderr, /Ask one to change it/);
    const cancelled = await reef("plan", "cancel");
    assert.equal(cancelled.exitCode, 2);
  });

  it("who has an invoice open is told to pay it before another plan, and one that is void is in nobody's way", async () => {
    await done(reef("subscriptions", "cancel", "acme", "--yes"));
    const refused = await reef("plan", "choose", "pro");
    assert.deepEqual([refused.exitCode, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /An invoice of the organization is open\. Pay it first: .+ under Invoices/);
    const [{ number }] = (await jsonOf(reef("invoices", "list", "--state", "open", "--json"))).items;
    await done(reef("invoices", "settle", number, "--as", "void", "--yes"));
    assert.match((await done(reef("plan", "choose", "pro"))).stdout, /^https?:/);
  });
});

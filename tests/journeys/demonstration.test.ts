import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, it } from "node:test";
import { reefOf, type SignedInPerson, setUp } from "../support/people.ts";
import { makeFolder, type ReefProcess, repositoryRoot, spawnReef, startReefProcess } from "../support/reef-process.ts";

const THREE_DAYS_MS = 3 * 86_400_000;
const environment = { REEF_RATE_LIMIT_FACTOR: "10000" };
let running: ReefProcess;
let owner: SignedInPerson;

before(async () => {
  running = await startReefProcess({ environment });
  owner = await setUp(running.url, running.setupCode, { slug: "kelmouth" });
});
after(() => running?.stop());

const gateway = () => reefOf(running.url, owner).gateway;

async function seedDemo(): Promise<string> {
  const child = spawn(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), "seed", "demo"], {
    env: {
      REEF_URL: running.url,
      REEF_TOKEN: owner.token,
      REEF_CONFIG_DIR: makeFolder("reef-seed-"),
      REEF_KEYRING: "off",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  assert.equal(exitCode, 0, said);
  return said;
}

/** Invents usage on the folder of the reef, which is stopped. */
async function inventUsage(more: Record<string, string>, ...args: string[]): Promise<[number | null, string]> {
  const { exited, output } = spawnReef({
    dataFolder: running.dataFolder,
    port: Number(new URL(running.url).port),
    environment: { ...environment, ...more },
    args: ["invent-usage", ...args],
  });
  return [await exited, output()];
}

it("`reef seed demo` sets up models for the owner, and usage of weeks is invented once, and for no reef in public", async () => {
  assert.match(await seedDemo(), /no call of them reaches a provider/);
  const [providers, aliases, keys, budgets] = await Promise.all([
    gateway().listProviders(),
    gateway().listAliases(),
    gateway().listKeys({ limit: 100 }),
    gateway().listBudgets(),
  ]);
  assert.deepEqual(
    aliases.items.map(({ name }) => name),
    ["fast", "for-search", "smart"],
  );
  assert.ok(providers.total >= 4 && budgets.total >= 5);
  assert.ok(keys.items.some(({ state }) => state === "revoked") && keys.items.some(({ agentId }) => agentId !== null));
  assert.equal((await gateway().getUsage({ bucket: "month" })).total.calls, 0);

  const { organization } = await reefOf(running.url, owner).identity.getAccount();
  const organizationId = organization?.organizationId ?? "";
  const port = Number(new URL(running.url).port);
  await running.stop();
  assert.deepEqual((await inventUsage({}, "--organization", "kelmouth"))[0], 1);
  const [refused, why] = await inventUsage(
    { REEF_PUBLIC_URL: "https://reef.example" },
    "--organization",
    organizationId,
  );
  assert.equal(refused, 1);
  assert.match(why, /none is invented for a reef with an address in public/);
  const [done, said] = await inventUsage({}, "--organization", organizationId, "--scenario", "full");
  assert.equal(done, 0, said);
  const [again, whyNot] = await inventUsage({}, "--organization", organizationId);
  assert.equal(again, 1);
  assert.match(whyNot, /Calls are on record/);

  running = await startReefProcess({ dataFolder: running.dataFolder, environment, port });
  const usage = await gateway().getUsage({ bucket: "day", groupBy: "agent" });
  assert.ok(usage.total.calls > 1_000 && usage.total.costMicros > 0 && usage.items.length > 20);
  assert.ok(usage.groups.some(({ name }) => name === "Jonah Reyes"));
  const { items } = await gateway().listBudgets();
  // In the first hours of a day nobody may have called anything yet, nor in those of a month, which may begin at a week-end.
  const settled = items.filter(
    ({ periodStart }) => periodStart === null || Date.now() - Date.parse(periodStart) > THREE_DAYS_MS,
  );
  assert.ok(settled.length > 0 && settled.every(({ usedTokens }) => usedTokens > 0));
});

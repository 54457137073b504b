import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startReefWithAgent } from "../support/agents.ts";
import { findFreePort, makeFolder, spawnReef, startReefProcess } from "../support/reef-process.ts";

const WRITES = 100;

describe("a crash", () => {
  it("kill -9 during a hundred parallel writes loses none that was acknowledged", async () => {
    const { process: reefProcess, reef } = await startReefWithAgent({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
    const { id: diaryId } = await reef.memory.createDiary({ name: "writes" });
    const acknowledged: string[] = [];
    const writes = Array.from({ length: WRITES }, async (_, index) => {
      const { id } = await reef.memory.createEntry({ diaryId, content: `write ${index}` });
      acknowledged.push(id);
      if (acknowledged.length === WRITES / 4) await reefProcess.kill();
    });
    await Promise.allSettled(writes);
    assert.ok(acknowledged.length >= WRITES / 4);

    // The same port, so that the agent's client finds its reef again at the address that it knows.
    const port = Number(new URL(reefProcess.url).port);
    const again = await startReefProcess({ dataFolder: reefProcess.dataFolder, port });
    const stored = new Set<string>();
    for await (const { id } of reef.memory.listEntries.all({ diaryId, limit: 100 })) stored.add(id);
    assert.deepEqual(
      acknowledged.filter((id) => !stored.has(id)),
      [],
    );
    await again.stop();
  });
});

describe("a start that cannot succeed says why, and what to do", () => {
  /** Starts a server that must end by itself, and gives its exit code and what it said. */
  async function startInVain(dataFolder: string, port?: number): Promise<{ code: number | null; output: string }> {
    const { exited, output } = spawnReef({ dataFolder, port: port ?? (await findFreePort()) });
    return { code: await exited, output: output() };
  }

  it("a second server on the same data folder is refused, and the first goes on", async () => {
    const first = await startReefProcess();
    const { code, output } = await startInVain(first.dataFolder);
    assert.equal(code, 1);
    assert.match(output, new RegExp(`Another reef \\(process ${first.child.pid}\\) is using the data folder`));
    assert.equal((await fetch(`${first.url}/api/ready`)).status, 200);
    await first.stop();
  });

  it("a taken port", async () => {
    const first = await startReefProcess();
    const { code, output } = await startInVain(makeFolder("reef-data-"), Number(new URL(first.url).port));
    assert.equal(code, 1);
    assert.match(output, /Port \d+ is taken by another program\. Stop it, or set REEF_PORT/);
    await first.stop();
  });

  it("every wrong setting at once", async () => {
    const { exited, output } = spawnReef({
      port: 70_000,
      environment: { REEF_LOG_LEVEL: "loud", REEF_TRUSTED_PROXIES: "-1" },
    });
    assert.equal(await exited, 1);
    for (const name of ["REEF_PORT", "REEF_LOG_LEVEL", "REEF_TRUSTED_PROXIES"])
      assert.match(output(), new RegExp(`${name}: `));
  });

  it("a data folder that cannot be written", async () => {
    // Root may write anywhere, so this is a place where nobody may: the kernel's own file system.
    const { code, output } = await startInVain("/proc/reef");
    assert.equal(code, 1);
    assert.match(output, /The data folder \/proc\/reef cannot be written \(\w+\)\. Make it writable/);
  });

  const mayMount = process.platform === "linux" && process.getuid?.() === 0;
  it("a full disk", { skip: mayMount ? false : "only root on Linux can mount a small disk" }, async () => {
    const disk = join(makeFolder("reef-disk-"), "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    try {
      const { code, output } = await startInVain(join(disk, "data"));
      assert.equal(code, 1);
      assert.match(output, /The disk of the data folder \S+ is full/);
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("Ctrl-C stops a reef with exit code 0", async () => {
    const reef = await startReefProcess();
    assert.equal(await reef.stop(), 0);
  });
});

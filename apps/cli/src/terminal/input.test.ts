import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const inputFile = fileURLToPath(new URL("./input.ts", import.meta.url));
const program = `import { askHidden } from ${JSON.stringify(inputFile)};
console.log(JSON.stringify(await askHidden("Passphrase: ", new AbortController().signal)));
process.exit(0);`;

describe("asking for a secret", () => {
  it("takes what is typed without showing it, also when some of it was erased", (test) => {
    const command = `${process.execPath} --input-type=module -e '${program}'`;
    const run = spawnSync("script", ["-qec", command, "/dev/null"], {
      encoding: "utf8",
      input: "open x\u007fsesame 🪸\r",
    });
    if (run.error !== undefined) return test.skip("there is no `script` here to make a terminal");
    // A terminal shows what is typed before the program asks; behind the question nothing of it may stand.
    const [, behind = ""] = run.stdout.split("Passphrase: ");
    assert.equal(behind.trim(), JSON.stringify("open sesame 🪸"), run.stdout);
  });

  it("says what to do where nobody is", () => {
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", input: "x\n" });
    assert.match(run.stderr, /nobody is here to ask/);
  });
});

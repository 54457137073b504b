import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as accounts from "./accounts/index.ts";
import * as sdk from "./index.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const source = fileURLToPath(new URL("./", import.meta.url));

/** What the examples leave out: imports of the SDK, and values that only their reader has. */
const preamble = `import { ${Object.keys(sdk).join(", ")} } from ${JSON.stringify(join(source, "index.ts"))};
import { ${Object.keys(accounts).join(", ")} } from ${JSON.stringify(join(source, "accounts/index.ts"))};
declare const url: string, voucher: string, process: { exitCode?: number }, console: { log(...values: unknown[]): void };
`;

/** Every block marked as \`ts\` in a docstring or a Markdown file. */
function examplesIn(path: string): string[] {
  const text = readFileSync(path, "utf8").replace(/^ *\* ?/gm, "");
  return Array.from(text.matchAll(/```ts\n(.*?)```/gs), ([, code = ""]) =>
    code.replace(/^import .* from "@reef\/sdk(\/\w+)?";$/gm, ""),
  );
}

describe("the examples", () => {
  it("type-check as they are printed", () => {
    const files = [
      ...globSync("**/*.ts", { cwd: source, exclude: ["**/*.test.ts"] }).map((name) => join(source, name)),
    ];
    const examples = [...files, join(source, "../README.md")].flatMap(examplesIn);
    assert.ok(examples.length >= 3, "there are examples");
    const folder = mkdtempSync(join(tmpdir(), "reef-examples-"));
    try {
      for (const [index, example] of examples.entries()) {
        writeFileSync(join(folder, `example-${index}.ts`), `${preamble}${example}\nexport {};\n`);
      }
      const compilerOptions = {
        typeRoots: [join(root, "node_modules/@types")],
        noUnusedLocals: false,
      };
      const configuration = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.ts"], exclude: [] };
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
      const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
      assert.equal(status, 0, stdout);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

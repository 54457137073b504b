import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonSettings } from "./json-settings.ts";
import { type SettingsPlace, withEntry, withoutEntry } from "./settings-text.ts";
import { tomlSettings } from "./toml-settings.ts";

const entry = { url: "http://localhost:4200/mcp", headers: { "X-Client-Id": "agt_1", "X-Client-Secret": "s" } };

const OPENCLAW = `{
  // The gateway of this machine.
  gateway: { mode: 'local', port: 18789, }, // keep
  mcp: {
    servers: {
      docs: { url: 'https://docs.example', }, /* theirs */
    },
  },
}
`;

const MCP_JSON = '{\n\t"mcpServers": {\n\t\t"docs": {"command":"docs",   "args":["-x"]}\n\t},\n\t"other": [1,2]\n}';

const CODEX = `# Mine.
model = "best"   # the best

[mcp_servers.docs]
command = "docs"
env = { A = "1" }

[profiles."a.b"]
text = '''
a [bracket]
'''
`;

const openclaw: SettingsPlace = { format: jsonSettings, keys: ["mcp", "servers", "reef"], path: "openclaw.json" };
const claude: SettingsPlace = { format: jsonSettings, keys: ["mcpServers", "reef"], path: ".mcp.json" };
const codex: SettingsPlace = { format: tomlSettings, keys: ["mcp_servers", "reef"], path: "config.toml" };

/** The lines of `before` that `after` has too, in their order; the last one may have got a comma. */
function assertKept(before: string, after: string): void {
  let from = 0;
  for (const line of before.split("\n")) {
    const at = after.indexOf(line, from);
    assert.notEqual(at, -1, `${JSON.stringify(line)} is gone from:\n${after}`);
    from = at + line.length;
  }
}

describe("an entry in a settings file", () => {
  for (const [name, place, text] of [
    ["JSON5 with comments", openclaw, OPENCLAW],
    ["JSON in somebody's own style", claude, MCP_JSON],
    ["TOML with comments", codex, CODEX],
  ] as const) {
    it(`is added to ${name}, changed and removed, and what else is there stays byte for byte`, () => {
      const added = withEntry(place, text, entry);
      assertKept(text, added);
      assert.equal(withEntry(place, added, entry), added);
      const changed = withEntry(place, added, { ...entry, url: "https://reef.example/mcp" });
      assertKept(text, changed);
      assert.doesNotMatch(changed, /localhost:4200/);
      assertKept(text, withoutEntry(place, changed));
      assert.doesNotMatch(withoutEntry(place, changed), /reef/);
      assert.equal(withoutEntry(place, text), text);
    });
  }

  it("makes a file that was not there, or was empty", () => {
    for (const place of [openclaw, claude, codex]) {
      for (const text of ["", "\n"]) {
        const added = withEntry(place, text, entry);
        assert.equal(withEntry(place, added, entry), added);
        assert.match(added, /X-Client-Secret/);
      }
    }
  });

  it("TOML is as it was before, once the entry is gone again", () => {
    for (const text of [CODEX, "a = 1\n", ""]) assert.equal(withoutEntry(codex, withEntry(codex, text, entry)), text);
  });

  it("is refused where the file cannot be read, or would not stay what it is", () => {
    const broken = { message: /cannot|not a settings file/, mend: /--print/ };
    assert.throws(() => withEntry(claude, "{ nothing", entry), broken);
    assert.throws(() => withEntry(claude, "[]", entry), broken);
    assert.throws(() => withEntry(claude, '{"mcpServers": "all"}', entry), broken);
    assert.throws(() => withEntry(codex, "mcp_servers = { reef = { url = 'x' } }\n", entry), broken);
    const inText = "[profiles.a]\ntext = '''\n[mcp_servers.reef]\n'''\n";
    assert.throws(() => withEntry(codex, inText, entry), broken);
  });
});

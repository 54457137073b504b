import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shellOfFingerprint } from "@reef/proofs/shell";
import { agentCard, markOf, signature } from "./mark.ts";
import { styleFor } from "./style.ts";
import { columnOf, renderTable } from "./table.ts";
import { cut, firstLine, flow, oneLine, printable, widthOf } from "./text.ts";
import { relativeTime } from "./time.ts";

const plain = styleFor(false);
const coloured = styleFor(true);
const FINGERPRINT = "21FE-31DF-A154-A261";

describe("the mark of an agent", () => {
  it("is the console's shell: of its colours alone, and the same for the same key in any spelling", () => {
    const colours = shellOfFingerprint(FINGERPRINT).shapes.map(({ colour }) => colour);
    const drawn = [...markOf(FINGERPRINT, coloured).matchAll(/[34]8;2;(\d+);(\d+);(\d+)/g)].map(
      ([, ...channels]) => `#${channels.map((channel) => Number(channel).toString(16).padStart(2, "0")).join("")}`,
    );
    assert.ok(drawn.length >= 4);
    for (const colour of drawn) assert.ok(colours.includes(colour), colour);
    assert.equal(markOf(FINGERPRINT, coloured), markOf("21fe31dfa154a261", coloured));
  });

  it("takes four columns whatever the key, and is never blank", () => {
    for (const fingerprint of ["0000-0000-0000-0000", "FFFF-FFFF-FFFF-FFFF", "1234-5678-9ABC-DEF0", FINGERPRINT]) {
      for (const style of [plain, coloured]) assert.equal(widthOf(markOf(fingerprint, style)), 4);
      assert.notEqual(markOf(fingerprint, plain).trim(), "");
    }
  });

  it("differs where a look-alike shares the first group", () => {
    const marks = [FINGERPRINT, "21FE-31DF-A154-A262", "21FE-31DE-A154-A261", "21FE-31DF-A155-A261"];
    assert.equal(new Set(marks.map((fingerprint) => markOf(fingerprint, coloured))).size, marks.length);
  });

  it("stands beside the name and the first group", () => {
    assert.match(signature({ name: "ada\u001b[2J", fingerprint: FINGERPRINT }, plain), /^[ ▀▄█▓▒░]{4} ada\[2J 21FE$/);
  });

  it("is none for a person, who has no key: the name stands alone, on one line", () => {
    assert.equal(signature({ name: "Mia\n\u001b[2J" }, plain), "Mia [2J");
  });

  it("is the whole shell where one agent is shown to a person, and one line for a program", () => {
    const agent = { name: "ada", fingerprint: FINGERPRINT };
    const lines = agentCard(agent, [FINGERPRINT], { isTerminal: true, style: plain }).split("\n");
    assert.equal(lines.length, 6);
    assert.match(lines[0] ?? "", /^.{12} {2}ada$/);
    assert.match(lines[1] ?? "", /^.{12} {2}21FE-31DF-A154-A261$/);
    assert.match(agentCard(agent, [FINGERPRINT], { isTerminal: false, style: plain }), /^.{4} ada 21FE\n21FE-31DF/);
  });
});

describe("text on a terminal", () => {
  it("loses what could move the cursor or turn the text around", () => {
    assert.equal(printable("a\u001b[31mb\u0007\u202ec\r\n\td"), "a[31mbc\n\td");
  });

  it("becomes one line", () => {
    assert.equal(oneLine("  a\n\tb  "), "a b");
    assert.equal(firstLine("\n  \n first \nsecond"), "first");
  });

  it("is cut to columns, not to characters", () => {
    assert.equal(cut("short", 5), "short");
    assert.equal(cut("longer", 5), "long…");
    assert.equal(cut("漢字漢字", 5), "漢字…");
    assert.equal(widthOf("漢字"), 4);
    assert.equal(widthOf("👩‍👩‍👧"), 2);
    assert.equal(widthOf(styleFor(true).bold("abc")), 3);
  });

  it("flows onto as many lines as the width asks for", () => {
    assert.deepEqual(flow(["aaaa", "bbbb", "cccc"], 10), ["aaaa  bbbb", "cccc"]);
  });
});

describe("a table", () => {
  const columns = [
    { heading: "NAME", text: (row: { name: string; id: string }) => row.name, mayCut: true },
    { heading: "ID", text: (row: { name: string; id: string }) => row.id },
  ];
  const rows = [{ name: "a name that goes on and on", id: "dia_0123456789" }];

  it("fits the width by cutting what may be cut", () => {
    const lines = renderTable(columns, rows, { width: 30, style: plain }).split("\n");
    assert.deepEqual(lines, ["NAME            ID", "a name that g…  dia_0123456789"]);
  });

  it("has marks in their colours before names, which are cut beside them; who has no mark stands in line", () => {
    const somebody = [{ name: "a name that goes on and on", fingerprint: FINGERPRINT }, { name: "Mia" }];
    const columns = [columnOf("WHO", (who: (typeof somebody)[number]) => who)];
    const [, agent = "", person] = renderTable(columns, somebody, { width: 20, style: coloured }).split("\n");
    assert.ok(agent.startsWith(`${markOf(FINGERPRINT, coloured)} a name that`), agent);
    assert.equal(widthOf(agent), 20);
    assert.equal(person, "     Mia");
  });

  it("keeps ids whole even where they do not fit", () => {
    assert.match(renderTable(columns, rows, { width: 12, style: plain }), /dia_0123456789/);
  });
});

describe("a relative time", () => {
  it("names the largest whole unit", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    assert.equal(relativeTime("2026-11-21T11:59:30Z", now), "just now");
    assert.equal(relativeTime("2026-11-20T11:00:00Z", now), "yesterday");
    assert.equal(relativeTime("2026-11-18T10:02:00Z", now), "3 days ago");
    assert.equal(relativeTime("2026-11-22T11:59:59Z", now), "in 24 hours");
  });
});

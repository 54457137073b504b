import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatPanels, parsePanels, withPanel } from "./panel-names.ts";

const agent = { kind: "agent", id: "7f3a-01bc-99de-0000" };
const entry = { kind: "entry", id: "ent_01h2xcejqtf2nbrexx3vqjhp41" };
const other = { kind: "entry", id: "ent_2" };

describe("panels in the address", () => {
  it("come back as they were written", () => {
    for (const names of [[agent], [agent, entry]]) assert.deepEqual(parsePanels(formatPanels(names)), names);
    assert.equal(formatPanels([]), undefined);
    assert.deepEqual(parsePanels(undefined), []);
  });

  it("are two at most, and only well-formed ones", () => {
    assert.deepEqual(parsePanels("agent.1~entry.2~entry.3"), parsePanels("agent.1~entry.2"));
    assert.deepEqual(parsePanels("agent.1~agent.1"), parsePanels("agent.1"));
    assert.deepEqual(parsePanels("agent~.x~<b>.1~agent.a b~agent."), []);
    assert.deepEqual(parsePanels(`agent.${"a".repeat(201)}`), []);
  });

  it("replace what lies at their level and above", () => {
    assert.deepEqual(withPanel([agent, entry], 0, other), [other]);
    assert.deepEqual(withPanel([agent], 1, entry), [agent, entry]);
    assert.deepEqual(withPanel([agent, entry], 2, other), [agent, other]);
  });
});

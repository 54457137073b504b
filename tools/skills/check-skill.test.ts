import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { findFaults } from "./check-skill.ts";
import { currentSurface } from "./surface.ts";

const folder = fileURLToPath(new URL("../../skills/reef", import.meta.url));
const surface = currentSurface();

const skill = (body: string, frontmatter = "name: reef\ndescription: What it is for.") =>
  findFaults(`---\n${frontmatter}\n---\n${body}`, folder, surface);

describe("the check of a skill", () => {
  it("reef's own skill speaks only of what there is", () => {
    assert.deepEqual(findFaults(readFileSync(`${folder}/SKILL.md`, "utf8"), folder, surface), []);
  });

  it("finds commands, options and choices that there are not, in spans and in blocks", () => {
    assert.deepEqual(skill("`reef forget`"), ["reef forget: there is no command forget."]);
    assert.deepEqual(skill("```sh\nnpx reef diary burn\n```"), ["reef diary burn: there is no command burn."]);
    assert.deepEqual(skill("`reef search x --fuzzy`"), ["reef search x --fuzzy: there is no option --fuzzy."]);
    assert.deepEqual(skill("`reef mcp install --client netscape`"), [
      "reef mcp install --client netscape: --client takes no netscape.",
    ]);
    assert.deepEqual(skill("`reef register --name NAME`"), [
      "reef register --name NAME: the option --voucher is missing.",
    ]);
    assert.deepEqual(skill("`reef remember - --tags a,b < notes.md`"), []);
  });

  it("finds tools, resources, problems and links that there are not", () => {
    assert.deepEqual(skill("`entries_burn`"), ["There is no tool, prompt or resource entries_burn."]);
    assert.deepEqual(skill("`reef://moon`"), ["There is no tool, prompt or resource reef://moon."]);
    assert.deepEqual(skill("`memory.eclipsed`"), ["There is no problem memory.eclipsed."]);
    assert.deepEqual(skill("[a](missing.md) [b](../../README.md) [c](#nowhere) [d](#here)\n# Here"), [
      "There is no file missing.md.",
      "../../README.md leads out of the skill.",
      "There is no heading #nowhere.",
    ]);
  });

  it("finds what is wrong with the frontmatter", () => {
    assert.deepEqual(findFaults("# No frontmatter\n", folder, surface), [
      "It does not begin with frontmatter between two lines of ---.",
    ]);
    assert.deepEqual(skill("", "name: Reef\ndescription: ''\ncolour: red"), [
      "The frontmatter has no key colour.",
      "The name is not in lower kebab-case.",
      "The name is not that of its folder, reef.",
      "The description has 1 to 1024 characters.",
    ]);
  });
});

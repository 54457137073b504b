import assert from "node:assert/strict";
import { it } from "node:test";
import { bandOfGroup, bandsOf, fillOf } from "./usage-bands.ts";

const group = (id: string | null) => ({ id });
const nameOf = ({ id }: { id: string | null }) => id ?? "none";

it("four groups have a band each, and all others share the last one, in the colour that the table gives them", () => {
  const groups = [..."abcdef"].map((id) => group(id)).concat(group(null));
  const bands = bandsOf(groups, nameOf);
  assert.deepEqual(
    bands.map(({ name }) => name),
    ["a", "b", "c", "d", "All others"],
  );
  for (const place of groups.keys()) assert.equal(bands[bandOfGroup(place)]?.fill, fillOf(place));
  assert.equal(bandsOf([group("a"), group(null)], nameOf).length, 2);
});

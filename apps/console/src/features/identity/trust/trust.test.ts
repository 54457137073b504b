import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildForest, listNodes, type TrustedAgent } from "./build-forest.ts";
import { type Choices, chooseShown, FEW, listShown, MOST_BY_CHOICE, MOST_BY_ITSELF, restOf } from "./choose-shown.ts";
import { fitText } from "./fit-text.ts";
import { layOut, SIZES } from "./lay-out.ts";
import { findPlace, moveInTree } from "./tree-keys.ts";

const fingerprintOf = (index: number): string =>
  index
    .toString(16)
    .toUpperCase()
    .padStart(16, "0")
    .replace(/(.{4})(?=.)/g, "$1-");
const agent = (index: number, issuer: TrustedAgent["issuer"]): TrustedAgent => ({
  fingerprint: fingerprintOf(index),
  name: `agent ${index}`,
  disabled: index % 5 === 4,
  createdAt: new Date(1_800_000_000_000 + index * 1_000).toISOString(),
  issuer,
});
const by = (index: number) => ({ fingerprint: fingerprintOf(index), name: `agent ${index}` });
const person = { personId: "usr_01" as const, name: "Ada" };
const none: Choices = new Map();

/** So many agents: three of each ten were let in by a person, the others by an agent before them. */
const crowd = (count: number): TrustedAgent[] =>
  Array.from({ length: count }, (_, index) =>
    agent(index, index === 0 ? null : index % 10 < 3 ? person : by(Math.floor(index / 3))),
  );

describe("the trust graph", () => {
  it("puts people and founders at the top, and each agent below who let it in, the oldest first", () => {
    const [ada, founder] = buildForest([agent(3, by(1)), agent(2, person), agent(1, null), agent(4, by(1))]);
    assert.deepEqual(
      [ada?.name, ada?.fingerprint, ada?.children.map(({ name }) => name)],
      ["Ada", undefined, ["agent 2"]],
    );
    assert.deepEqual([founder?.name, founder?.children.map(({ name }) => name)], ["agent 1", ["agent 3", "agent 4"]]);
    assert.deepEqual([founder?.descendants, founder?.children[1]?.isDisabled], [2, true]);
    assert.equal(founder?.children[0]?.letInBy, "agent 1");
  });

  it("keeps an agent whose issuer is beyond the bound below a node for it", () => {
    const [issuer] = buildForest([agent(8, by(2))]);
    assert.deepEqual(
      [issuer?.fingerprint, issuer?.joinedAt, issuer?.children.length],
      [fingerprintOf(2), undefined, 1],
    );
  });

  it("loses nobody of thousands, and draws a few hundred of them at most", () => {
    const forest = buildForest(crowd(5_000));
    assert.equal(listNodes(forest).length, 5_001);
    const drawn = listShown(chooseShown(forest, none));
    const shown = drawn.filter(({ place }) => place.node !== undefined).length;
    assert.ok(shown > FEW && shown <= MOST_BY_ITSELF, `${shown} are drawn`);
    // A rest may stand for whole branches, so what is hidden is at least what is counted.
    const everything = new Map(listNodes(forest).map(({ node }) => [node.id, 1_000]));
    const most = listShown(chooseShown(forest, everything)).filter(({ place }) => place.node !== undefined).length;
    assert.equal(most, MOST_BY_CHOICE);
  });

  it("says of a closed branch how many are in it, and of a long one how many more there are", () => {
    const forest = buildForest([agent(0, null), ...Array.from({ length: 40 }, (_, index) => agent(index + 1, by(0)))]);
    const root = fingerprintOf(0);
    const [closed] = chooseShown(forest, new Map([[root, 0]]));
    assert.deepEqual([closed?.children.length, closed?.hidden], [0, 40]);
    const [open] = chooseShown(forest, none);
    const rest = open?.children.at(-1);
    assert.deepEqual([open?.children.length, open?.hidden, rest?.hidden], [FEW + 1, 0, 40 - FEW]);
    assert.equal(rest && restOf(rest), root);
    const [whole] = chooseShown(forest, new Map([[root, 2 * FEW + 40]]));
    assert.deepEqual([whole?.children.length, whole?.children.some(({ node }) => node === undefined)], [40, false]);
  });

  it("goes through a chain of thousands", () => {
    const forest = buildForest(
      Array.from({ length: 8_000 }, (_, index) => agent(index, index === 0 ? null : by(index - 1))),
    );
    assert.equal(forest[0]?.descendants, 7_999);
    const { placed, width } = layOut(chooseShown(forest, none));
    assert.equal(placed.length, MOST_BY_ITSELF);
    assert.ok(width > MOST_BY_ITSELF * SIZES.nodeWidth);
  });
});

describe("the drawing of the trust graph", () => {
  const drawing = layOut(chooseShown(buildForest(crowd(400)), none));

  it("lets no two overlap, and keeps all inside", () => {
    const columns = Map.groupBy(drawing.placed, ({ x }) => x);
    for (const column of columns.values()) {
      const tops = column.map(({ y }) => y).toSorted((one, other) => one - other);
      for (const [index, top] of tops.entries()) {
        assert.ok(index === 0 || top - (tops[index - 1] ?? 0) >= SIZES.nodeHeight + SIZES.rowGap);
      }
    }
    for (const { x, y } of drawing.placed) {
      assert.ok(x >= 0 && x + SIZES.nodeWidth <= drawing.width && y >= 0 && y + SIZES.nodeHeight <= drawing.height);
    }
  });

  it("stands whoever let others in one column before them and beside the first, and draws a line to each", () => {
    const at = new Map(drawing.placed.map((each) => [each.place, each]));
    for (const { place, x, y } of drawing.placed) {
      const ys = place.children.map((child) => at.get(child)?.y ?? Number.NaN);
      for (const child of place.children) assert.equal(at.get(child)?.x, x + SIZES.nodeWidth + SIZES.columnGap);
      if (ys.length > 0) assert.equal(y, Math.min(...ys));
    }
    const roots = drawing.placed.filter(({ depth }) => depth === 0).length;
    assert.equal(drawing.links.length, drawing.placed.length - roots);
  });

  it("reads in the order of the trees: everybody after who let them in, and before the next branch", () => {
    const order = new Map(drawing.placed.map(({ place }, index) => [place, index]));
    for (const { place } of drawing.placed) {
      if (place.parent) assert.ok((order.get(place.parent) ?? 0) < (order.get(place) ?? 0));
    }
  });

  it("moves nobody above a newcomer", () => {
    const before = layOut(chooseShown(buildForest([agent(0, null), agent(1, by(0)), agent(2, by(0))]), none));
    const after = layOut(
      chooseShown(buildForest([agent(0, null), agent(1, by(0)), agent(2, by(0)), agent(3, by(0))]), none),
    );
    const place = ({ placed }: typeof before, index: number) =>
      placed.find(({ place: { id } }) => id === fingerprintOf(index))?.y;
    assert.deepEqual(
      [1, 2].map((index) => place(after, index)),
      [1, 2].map((index) => place(before, index)),
    );
  });

  it("is empty of nobody", () => {
    assert.deepEqual(layOut([]).placed, []);
  });
});

describe("the keys of the trust graph", () => {
  // 0 let 1 and 2 in, and 1 let 3 in.
  const forest = buildForest([agent(0, null), agent(1, by(0)), agent(2, by(0)), agent(3, by(1))]);
  const shown = chooseShown(forest, none);
  const at = (index: number, from = shown) => {
    const place = findPlace(from, fingerprintOf(index));
    assert.equal(place?.id, fingerprintOf(index));
    return place;
  };
  const leadsTo = (index: number, key: string): number | undefined => {
    const place = at(index);
    const move = place && moveInTree(shown, place, key);
    return move && "focus" in move ? Number.parseInt(move.focus.id.replaceAll("-", ""), 16) : undefined;
  };

  it("goes through all that is drawn, and in and out of branches", () => {
    assert.deepEqual(
      [0, 1, 3, 2].map((index) => leadsTo(index, "ArrowDown")),
      [1, 3, 2, undefined],
    );
    assert.deepEqual(
      [0, 1, 3, 2].map((index) => leadsTo(index, "ArrowUp")),
      [undefined, 0, 1, 3],
    );
    assert.deepEqual([leadsTo(3, "Home"), leadsTo(0, "End")], [0, 2]);
    assert.deepEqual([leadsTo(0, "ArrowRight"), leadsTo(3, "ArrowRight"), leadsTo(3, "ArrowLeft")], [1, undefined, 1]);
    assert.equal(leadsTo(0, "a"), undefined);
  });

  it("closes an open branch before it goes out, and opens a closed one before it goes in", () => {
    const open = at(1);
    assert.deepEqual(open && moveInTree(shown, open, "ArrowLeft"), { close: open });
    const closed = chooseShown(forest, new Map([[fingerprintOf(1), 0]]));
    const place = at(1, closed);
    assert.deepEqual(place && moveInTree(closed, place, "ArrowRight"), { open: place });
  });

  it("has the focus somewhere, also when who had it is not drawn any more", () => {
    assert.equal(findPlace(shown, "gone")?.id, fingerprintOf(0));
    assert.equal(findPlace([], "gone"), undefined);
  });
});

describe("fitting a name into its place", () => {
  const measure = (text: string): number => text.length * 10;

  it("cuts what is too long at the letter that still fits", () => {
    assert.equal(fitText("otter", 50, measure), "otter");
    assert.equal(fitText("release captain", 80, measure), "release…");
    assert.equal(fitText("🐚🐚🐚🐚🐚", 50, measure), "🐚🐚…");
  });
});

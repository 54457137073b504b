import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { renewQueries } from "./renew-queries.ts";

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A page that shows what a reef says, whose answers come when a test lets them. */
function openPage() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 10_000 } } });
  const asked: { answer: () => void; signal: AbortSignal }[] = [];
  const page = { truth: "old", shown: undefined as string | undefined };
  const observer = new QueryObserver(queryClient, {
    queryKey: ["memory", "entries"],
    queryFn: ({ signal }) =>
      new Promise<string>((resolve) => {
        // It is what it is when the reef looks, not when the answer comes.
        const { truth } = page;
        asked.push({ answer: () => resolve(truth), signal });
      }),
  });
  const close = observer.subscribe(({ data }) => {
    page.shown = data;
  });
  const answer = async (index: number) => {
    asked[index]?.answer();
    await nextTurn();
  };
  const renew = (cancelRefetch = false) =>
    renewQueries(queryClient, { predicate: ({ queryKey }) => queryKey[0] === "memory", cancelRefetch });
  return { page, asked, close, answer, renew };
}

describe("renewing what is on the screen", () => {
  for (const cancelRefetch of [false, true]) {
    it(`shows a change that came while the first answer was on its way (${cancelRefetch})`, async () => {
      const { page, asked, answer, renew, close } = openPage();
      page.truth = "new";
      renew(cancelRefetch);
      renew(cancelRefetch);
      await answer(0);
      assert.equal(asked.length, 2);
      await answer(1);
      assert.equal(page.shown, "new");
      assert.equal(asked.length, 2);
      close();
    });
  }

  it("gets an answer also where changes come faster than answers, and asks once more behind it", async () => {
    const { page, asked, answer, renew, close } = openPage();
    await answer(0);
    renew();
    await nextTurn();
    for (let change = 1; change <= 5; change += 1) {
      page.truth = `change ${change}`;
      renew();
      await nextTurn();
    }
    assert.equal(asked.length, 2);
    assert.equal(asked[1]?.signal.aborted, false);
    await answer(1);
    assert.equal(asked.length, 3);
    await answer(2);
    assert.equal(page.shown, "change 5");
    close();
  });

  it("does not wait for an answer that a gap may have cost", async () => {
    const { page, asked, answer, renew, close } = openPage();
    await answer(0);
    renew();
    await nextTurn();
    page.truth = "new";
    renew(true);
    await nextTurn();
    assert.equal(asked[1]?.signal.aborted, true);
    await answer(2);
    assert.equal(page.shown, "new");
    assert.equal(asked.length, 3);
    close();
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { followActivity, type LiveState } from "./follow-activity.ts";

interface Event {
  position: number;
  operation: string;
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A stream that does what a test says, and what was told about it. */
function startFollowing() {
  const asked: (string | undefined)[] = [];
  const told: { operations: string[][]; gaps: number; states: LiveState[]; refused: unknown[] } = {
    operations: [],
    gaps: 0,
    states: [],
    refused: [],
  };
  let connection:
    | {
        push(event: Event): void;
        fail(error: unknown): void;
        say(state: "open" | "waiting"): void;
        signal: AbortSignal;
      }
    | undefined;
  let wake = () => {};
  const stop = followActivity({
    async *stream({ lastEventId }, { signal, onConnection }) {
      asked.push(lastEventId);
      const waiting: Event[] = [];
      let ring = () => {};
      let failure: { error: unknown } | undefined;
      const own = {
        signal,
        push(event: Event) {
          waiting.push(event);
          ring();
        },
        fail(error: unknown) {
          failure = { error };
          ring();
        },
        say: onConnection,
      };
      connection = own;
      signal.addEventListener("abort", () => own.fail(signal.reason));
      for (;;) {
        if (failure) throw failure.error;
        const event = waiting.shift();
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            ring = resolve;
          });
      }
    },
    onAwake(given) {
      wake = given;
      return () => {
        wake = () => assert.fail("it listens after it was stopped");
      };
    },
    onOperations: (operations) => told.operations.push([...operations]),
    onGap: () => {
      told.gaps += 1;
    },
    onState: (state) => told.states.push(state),
    onRefused: (error) => told.refused.push(error),
    gatherMs: 1,
  });
  const current = () => {
    assert.ok(connection, "nothing was asked for");
    return connection;
  };
  return { asked, told, stop, current, wake: () => wake() };
}

describe("following what is done", () => {
  it("tells what a burst touched, once", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    current().say("open");
    current().push({ position: 1, operation: "memory.createEntry" });
    current().push({ position: 2, operation: "memory.createEntry" });
    current().push({ position: 3, operation: "identity.issueVoucher" });
    await nextTurn();
    await nextTurn();
    assert.deepEqual(told.operations, [["memory.createEntry", "identity.issueVoucher"]]);
    assert.deepEqual(told.states, ["live"]);
    stop();
  });

  it("shows that it comes back, and takes up where it was without fetching everything", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    current().say("open");
    current().push({ position: 1, operation: "memory.createEntry" });
    await nextTurn();
    current().say("waiting");
    current().say("open");
    assert.deepEqual(told.states, ["live", "reconnecting", "live"]);
    assert.equal(told.gaps, 0);
    stop();
  });

  it("fetches everything again when it comes back before any event told where it was", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    current().say("open");
    current().say("waiting");
    current().say("open");
    assert.equal(told.gaps, 1);
    stop();
  });

  it("fetches everything again when its first connection came late", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    current().say("waiting");
    assert.equal(told.gaps, 0);
    current().say("open");
    assert.equal(told.gaps, 1);
    stop();
  });

  it("fetches everything again when the machine slept before the first connection stood", async () => {
    const { told, current, wake, stop } = startFollowing();
    await nextTurn();
    wake();
    await nextTurn();
    current().say("open");
    assert.equal(told.gaps, 1);
    stop();
  });

  it("opens a new connection behind the last event after a sleep, and hears nothing twice", async () => {
    const { asked, told, current, wake, stop } = startFollowing();
    await nextTurn();
    current().say("open");
    current().push({ position: 41, operation: "memory.createEntry" });
    await nextTurn();
    await nextTurn();
    const before = current();
    wake();
    await nextTurn();
    assert.equal(before.signal.aborted, true);
    assert.deepEqual(asked, [undefined, "41"]);
    current().say("open");
    current().push({ position: 41, operation: "memory.createEntry" });
    current().push({ position: 42, operation: "signing.createSigningRequest" });
    await nextTurn();
    await nextTurn();
    assert.deepEqual(told.operations.at(-1), ["signing.createSigningRequest"]);
    assert.deepEqual([told.gaps, told.refused, told.states.at(-1)], [0, [], "live"]);
    stop();
  });

  it("tells a refusal, for example that the session has ended", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    current().say("open");
    const refusal = new Error("signed out");
    current().fail(refusal);
    await nextTurn();
    assert.deepEqual(told.refused, [refusal]);
    assert.equal(told.states.at(-1), "reconnecting");
    stop();
  });

  it("is silent after it was stopped", async () => {
    const { told, current, stop } = startFollowing();
    await nextTurn();
    const last = current();
    last.push({ position: 1, operation: "memory.createEntry" });
    stop();
    await nextTurn();
    await nextTurn();
    assert.equal(last.signal.aborted, true);
    assert.deepEqual([told.operations, told.refused], [[], []]);
  });
});

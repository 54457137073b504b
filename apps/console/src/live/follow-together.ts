import { type FollowOptions, followActivity, type LiveState } from "./follow-activity.ts";

/** What the tab that follows tells the others. */
type Message =
  | { kind: "operations"; operations: readonly string[]; position: number }
  | { kind: "state"; state: LiveState }
  | { kind: "gap" }
  /** From a new tab: how do things stand? */
  | { kind: "hello" };

type FollowTogetherOptions = FollowOptions & {
  /** Tabs with the same name show the same organization. */
  name: string;
};

/**
 * Follows what is done in the organization once for all tabs of the browser: it opens only six connections to a server at
 * once, and a reef gives a person only a few streams. One tab holds a lock and the stream, and tells the others; when it is
 * closed, the next one goes on behind the last position. Without locks, on a page that is not secure, each follows by itself.
 */
export function followTogether({ name, ...options }: FollowTogetherOptions): () => void {
  if (navigator.locks === undefined || typeof BroadcastChannel === "undefined") return followActivity(options);
  const topic = `reef.live.${name}`;
  const channel = new BroadcastChannel(topic);
  const waiting = new AbortController();
  let position = options.behind;
  let state: LiveState = "reconnecting";
  let stopLeading: (() => void) | undefined;

  const say = (message: Message) => channel.postMessage(message);
  const setState = (next: LiveState) => {
    state = next;
    options.onState(next);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data.kind === "hello") {
      if (stopLeading !== undefined) say({ kind: "state", state });
      return;
    }
    // A tab that leads knows better than one that has just given the lead away.
    if (stopLeading !== undefined) return;
    if (data.kind === "state") setState(data.state);
    else if (data.kind === "gap") options.onGap();
    else {
      position = data.position;
      options.onOperations(new Set(data.operations), data.position);
    }
  });
  // What was told while this tab slept is lost to it.
  const stopWaking = options.onAwake(() => stopLeading === undefined && options.onGap());

  const lead = (isSuccessor: boolean) =>
    new Promise<void>((resolve) => {
      const stop = followActivity({
        ...options,
        behind: position,
        // Who takes the lead over without knowing behind what to go on may have missed something, and so may all others.
        isLate: isSuccessor || options.isLate === true,
        onState: (next) => {
          setState(next);
          say({ kind: "state", state: next });
        },
        onGap: () => {
          options.onGap();
          say({ kind: "gap" });
        },
        onOperations: (operations, at) => {
          position = at;
          options.onOperations(operations, at);
          say({ kind: "operations", operations: [...operations], position: at });
        },
        onRefused: (error) => {
          // Each tab finds out by itself what that means for it.
          say({ kind: "gap" });
          options.onRefused(error);
        },
      });
      stopLeading = () => {
        stop();
        resolve();
      };
    });

  const takeTurn = async () => {
    const wasFree = await navigator.locks.request(topic, { ifAvailable: true }, async (lock) => {
      if (lock !== null && !waiting.signal.aborted) await lead(false);
      return lock !== null;
    });
    if (!wasFree) await navigator.locks.request(topic, { signal: waiting.signal }, () => lead(true));
  };
  takeTurn().catch((error: unknown) => {
    if (!waiting.signal.aborted) throw error;
  });
  say({ kind: "hello" });
  return () => {
    stopWaking();
    waiting.abort();
    stopLeading?.();
    channel.close();
  };
}

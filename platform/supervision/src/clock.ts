/** Where a supervisor takes its time from; a test gives one that moves when it is told to. */
export interface LoopClock {
  /** Milliseconds that never run backwards. */
  monotonic(): number;
  /** Calls `callback` once after `milliseconds`; the answer cancels it. */
  setTimeout(callback: () => void, milliseconds: number): () => void;
}

/** The process's own monotonic clock. */
export const systemClock: LoopClock = {
  monotonic: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `milliseconds`, or at once when `signal` aborts; it never rejects. */
export function sleepOn(clock: LoopClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish, { once: true });
  });
}

/** Wakes a loop that rests between two looks. */
export interface Bell {
  /** Ends the rest; or the next one, where nobody rests just now, so that nothing which was rung for is slept through. */
  ring(): void;
  /** Forgets what was rung for so far: for the loop, before it looks. */
  clear(): void;
  /** Resolves after the time, or when it is rung. */
  rest(milliseconds: number): Promise<void>;
}

/** A bell for one loop. */
export function createBell(): Bell {
  let isRung = false;
  let wake = () => {};
  return {
    ring() {
      isRung = true;
      wake();
    },
    clear() {
      isRung = false;
    },
    rest(milliseconds) {
      if (isRung) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

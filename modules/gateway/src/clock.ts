/** Where the module takes the time from; a test gives one that it can move. */
export interface Clock {
  /** Milliseconds since 1970, as everybody counts them: what expires, and periods, are compared with this. */
  now(): number;
  /** Milliseconds since any moment, never running backwards: how old something in memory is. */
  monotonic(): number;
}

/** The process's own clocks. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

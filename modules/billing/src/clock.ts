/** Tells the time in milliseconds since 1970; a test turns it forward. */
export interface Clock {
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = Date;

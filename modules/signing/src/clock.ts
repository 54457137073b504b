/** Where the module takes the time from, in milliseconds since 1970; a test gives one that it can move. */
export interface Clock {
  now(): number;
}

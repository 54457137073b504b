/** What to do about problems that several tools may meet. */
export const NOT_A_WRITER =
  "diaries_get tells what you may do in the diary and who owns it; ask that agent, or write in a diary of your own.";
export const NO_SUCCESSOR = "name another entry of the same diary, which this one does not itself replace.";

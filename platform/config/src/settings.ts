import { z } from "zod";

/** A text setting; surrounding white space is dropped, and an empty variable counts as unset. */
export const textSetting = () => z.string().trim();

/** A whole or decimal number. */
export const numberSetting = (minimum: number, maximum: number) =>
  z.coerce
    .number("must be a number")
    .min(minimum, `must be at least ${minimum}`)
    .max(maximum, `must be at most ${maximum}`);

/** `true`, `1`, `yes`, `on` or their opposites. */
export const flagSetting = () => z.stringbool("must be true or false");

/** A comma-separated list; empty items are dropped. */
export const listSetting = () =>
  z.string().transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );

import { countTokens as count, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";

/** Pieces of text whose count is remembered; the package's own 100,000 would take tens of megabytes. */
const REMEMBERED_PIECES = 10_000;
setMergeCacheSize(REMEMBERED_PIECES);

/** `<|endoftext|>` in an entry is text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * How many tokens a text has for the tokenizer o200k_base, exactly; docs/adr/0012-context.md says why this one.
 *
 * Loading it takes 200 ms and 90 MB, so only the context's own thread and tests import this file.
 */
export const countTokens = (text: string): number => count(text, AS_TEXT);

/** A text that is safe to quote, and whether all of it is there. */
export interface PlainText {
  text: string;
  isWhole: boolean;
}

/** Everything that some reader takes for the end of a line. */
const LINE_END = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/**
 * What a person does not see and a model may: control characters, marks that turn the direction of text, characters
 * without width, and the tag characters and variation selectors in which whole sentences can be hidden.
 */
const HIDDEN =
  /(?![\n\t])\p{Cc}|[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu;

/** Blank space that says nothing by its length. */
const WIDE_GAP = /[^\S\n]{40,}/g;
const TALL_GAP = /\n[^\S\n]*(?:\n[^\S\n]*){2,}/g;

/** Letters, or signs, without a break: no language has such words, and a tokenizer takes the square of their length. */
const RUN = /[\p{L}\p{M}]{1000,}|[^\s\p{L}\p{N}]{1000,}/gu;

/** A text as it may be shown to a model: what is hidden in it is gone, and runs without a break are told instead of shown. */
export function toPlainText(text: string): PlainText {
  let isWhole = true;
  const plain = text
    .replace(LINE_END, "\n")
    .replace(HIDDEN, "")
    .replace(WIDE_GAP, " ")
    .replace(TALL_GAP, "\n\n")
    .replace(RUN, (run) => {
      isWhole = false;
      return `[${run.length} characters without a break]`;
    })
    .trim();
  return { text: plain, isWhole };
}

/** The same on one line. */
export const toPlainLine = (text: string): string => toPlainText(text).text.replace(/\s+/g, " ");

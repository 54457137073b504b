import { setImmediate } from "node:timers/promises";
import { vard } from "@andersmyrmel/vard";
import { holdsPhrase } from "./phrases.ts";
import { readingsOf } from "./readings.ts";
import { breaksRule, tokensOf } from "./rules.ts";

/** Characters that are looked at in one go: less than a millisecond or two of the event loop. */
const WINDOW = 4_000;
/** What two windows share, so that nothing is cut in two unseen. */
const OVERLAP = 400;

/**
 * Whether a text looks like an attempt to instruct the model that reads it. It is a mark for the reader, and blocks
 * nothing: a text about such attempts may carry it too, and a new kind of attempt may not.
 *
 * Long texts are looked at in windows, between which others get their turn.
 */
export async function looksLikeInjection(text: string): Promise<boolean> {
  for (let start = 0; ; ) {
    const end = windowEnd(text, start);
    const window = text.slice(start, end);
    if (swells(window) || readingsOf(window).some(isSuspicious)) return true;
    if (end === text.length) return false;
    start = end - OVERLAP;
    await setImmediate();
  }
}

/** A few characters stand for whole sentences of others. A text made of them is nothing that anybody writes to be read. */
const swells = (text: string): boolean => text.length > 200 && text.normalize("NFKC").length > 3 * text.length;

/** Ends at a gap between words if there is one near. */
function windowEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + WINDOW);
  if (end === text.length) return end;
  const gap = Math.max(text.lastIndexOf(" ", end), text.lastIndexOf("\n", end));
  return gap > start + WINDOW / 2 ? gap : end;
}

function isSuspicious(reading: string): boolean {
  if (holdsPhrase(reading)) return true;
  const tokens = tokensOf(reading);
  return breaksRule(tokens) || holdsThreat(reading);
}

/** Every threat that the library is fairly sure of, whatever it is made of. */
const guard = vard
  .moderate()
  .threshold(0.8)
  .maxLength(10 * WINDOW);

const SPEAKS_OF_MODEL =
  /\b(?:ai|llms?|assistant|chatbot|gpt|chatgpt|claude|language model|system prompt|jailbreak|dan)\b/i;
const SPEAKS_TO_READER = /\b(?:you|your|you're|yourself)\b/i;
const ASIDE = 160;

/**
 * What the library calls a threat counts only where the text around it speaks to its reader, and of a model: by itself it
 * takes `a new task` for one.
 */
function holdsThreat(reading: string): boolean {
  // Long runs without a gap hold no sentence, and make some of its patterns slow.
  const plain = reading.replace(/\s+/g, " ").replace(/\S{60,}/g, (run) => run.slice(0, 60));
  if (!SPEAKS_OF_MODEL.test(plain) || !SPEAKS_TO_READER.test(plain)) return false;
  const result = guard.safeParse(plain);
  if (result.safe) return false;
  return result.threats.some(({ match, position, type }) => {
    // Marks are for `phrases.ts` to judge; and that somebody is told who he is, is how every ordinary prompt begins.
    if (type === "encoding" || type === "delimiterInjection" || /^you(?:'re| are)/i.test(match)) return false;
    const around = plain.slice(Math.max(0, position - ASIDE), position + match.length + ASIDE);
    return SPEAKS_OF_MODEL.test(around) && SPEAKS_TO_READER.test(around);
  });
}

import { answerRequests } from "@reef/supervision/thread";
import { countText } from "./count-text.ts";

/** Counts tokens in a thread of its own: loading the tokenizer takes 200 ms, and a long text longer than 5 ms. */
answerRequests<readonly string[], number>((texts) => texts.reduce((sum, text) => sum + countText(text), 0));

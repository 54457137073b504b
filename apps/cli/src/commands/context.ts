import type { ContextRequest } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { diaryToWrite } from "../diaries/find-diary.ts";
import { readText } from "../terminal/input.ts";
import { printable } from "../terminal/text.ts";

interface ContextOptions extends Pick<ContextRequest, "tags" | "tokens" | "includeSuspicious"> {
  diary?: string;
  task: string;
  type?: ContextRequest["types"];
}

/** `reef context --task TEXT`: stdout gets the block of Markdown alone, as a model is to read it. */
export async function composeContext(context: Context, options: ContextOptions): Promise<void> {
  const { output } = context;
  const { tags, tokens, includeSuspicious } = options;
  const task = await readText(options.task);
  const reef = await connect(context);
  const diaryId = await diaryToWrite(context, reef, options.diary);
  const composed = await reef.memory.composeContext({
    diaryId,
    task,
    tokens,
    tags,
    types: options.type,
    includeSuspicious,
  });
  output.result(composed, output.isTerminal ? printable(composed.markdown) : composed.markdown);
  const { entries, omitted, suspicious } = composed;
  const unfit = omitted - suspicious;
  const facts = [
    `${entries.length} ${entries.length === 1 ? "entry" : "entries"} in ${composed.tokens} of ${composed.budgetTokens} tokens`,
    ...(unfit > 0 ? [`${unfit} more did not fit`] : []),
    ...(suspicious > 0 ? [`${suspicious} left out as flagged (--include-suspicious shows them)`] : []),
  ];
  output.talk(`${facts.join("; ")}.`);
  if (composed.degraded) output.talk("Only words were searched: the sentence encoder did not answer.");
}
